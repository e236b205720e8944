import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { chromiumPath, hasChromium, launchChromium } from "./chromium.ts";
import { type Stack, startStack } from "./start-stack.ts";

describe.skipIf(!hasChromium)(
  `the page of the API in Chromium (skipped where there is no ${chromiumPath})`,
  () => {
    const key = `fdk_${"page".padEnd(43, "x")}`;
    const folder = mkdtempSync(join(tmpdir(), "docs-page-"));
    let stack: Stack;
    let keyed: Stack;
    let browser: Browser;
    beforeAll(async () => {
      stack = await startStack();
      const file = join(folder, "keys.jsonl");
      writeFileSync(file, JSON.stringify({ name: "page", sha256: hashApiKey(key), operations: ["*"] }));
      keyed = await startStack({}, { settings: { API_AUTH: "api-key", API_KEYS_FILE: file } });
      browser = await launchChromium();
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await stack.close();
      await keyed.close();
      rmSync(folder, { recursive: true });
    });

    it.each(["light", "dark"] as const)(
      "in %s colours it shows the operations, tries one, logs no problem and asks no other origin",
      async (colorScheme) => {
        const page = await browser.newPage({ colorScheme, viewport: { width: 1300, height: 900 } });
        const foreign: string[] = [];
        const problems: string[] = [];
        page.on("request", (request) => {
          const url = request.url();
          if (!url.startsWith(`${stack.url}/`) && !/^(?:data|blob):/.test(url)) foreign.push(url);
        });
        page.on("console", (message) => {
          if (["error", "warning"].includes(message.type())) problems.push(message.text());
        });
        page.on("pageerror", (error) => problems.push(String(error)));
        await page.goto(stack.url);
        expect(page.url()).toBe(`${stack.url}/docs`);
        await page.getByRole("heading", { name: "Databricks Front Door" }).waitFor({ timeout: 20_000 });
        await page.goto(`${stack.url}/docs#tag/identity/GET/api/me`);
        await page
          .getByRole("button", { name: /Test Request/ })
          .first()
          .click();
        const [reply] = await Promise.all([
          page.waitForResponse(`${stack.url}/api/me`),
          page.getByRole("button", { name: /^Send/ }).first().click(),
        ]);
        expect(reply.status()).toBe(200);
        const stored = await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])");
        expect(stored).not.toContain("Bearer");
        expect({ foreign, problems }).toEqual({ foreign: [], problems: [] });
        await page.close();
      },
      60_000,
    );

    it("an upload without a chosen file sends no made-up text", async () => {
      const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
      await page.goto(`${stack.url}/docs#tag/files/PUT/api/files`);
      const button = page.getByRole("button", { name: /Test Request.*put/i }).first();
      await button.click({ timeout: 20_000 });
      const client = page.getByRole("dialog", { name: "API Client" });
      expect(await client.getByText("@filename").count()).toBe(0);
      await client.getByRole("button", { name: /Select File/i }).waitFor();
      const [request] = await Promise.all([
        page.waitForRequest((each) => each.method() === "PUT"),
        client.getByRole("button", { name: /^Send put request/ }).click(),
      ]);
      expect(request.postData() ?? "").toBe("");
      await page.close();
    }, 60_000);

    it.each(["light", "dark"] as const)(
      "in %s colours it tries an operation with the API key that a person types, and does not keep the key",
      async (colorScheme) => {
        const page = await browser.newPage({ colorScheme, viewport: { width: 1300, height: 900 } });
        await page.goto(`${keyed.url}/docs#tag/identity/GET/api/me`);
        await page
          .getByRole("button", { name: /Test Request/ })
          .first()
          .click({ timeout: 20_000 });
        const client = page.getByRole("dialog", { name: "API Client" });
        const send = async () => {
          const [reply] = await Promise.all([
            page.waitForResponse(`${keyed.url}/api/me`),
            client.getByRole("button", { name: /^Send get request/ }).click(),
          ]);
          return reply.status();
        };
        expect(await send()).toBe(401);
        await client.getByRole("textbox", { name: "Value" }).first().fill(key);
        expect(await send()).toBe(200);
        const stored = await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])");
        expect(stored).not.toContain(key);
        await page.close();
      },
      60_000,
    );
  },
);
