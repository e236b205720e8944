import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, hasChromium, launchChromium } from "./chromium.ts";
import { type Stack, startStack } from "./start-stack.ts";

describe.skipIf(!hasChromium)(
  `the page of the API in Chromium (skipped where there is no ${chromiumPath})`,
  () => {
    let stack: Stack;
    let browser: Browser;
    beforeAll(async () => {
      stack = await startStack();
      browser = await launchChromium();
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await stack.close();
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
  },
);
