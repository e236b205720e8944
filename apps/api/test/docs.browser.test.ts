import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { launchChromium } from "./chromium.ts";
import { type Stack, startStack } from "./start-stack.ts";

const storedBy = (page: Page) =>
  page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])");

describe("the page of the API in Chromium", () => {
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
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
    await keyed.close();
    rmSync(folder, { recursive: true });
  });

  /** A new page with what it has asked other origins for, and what it has logged. */
  async function openPage(url: string, colorScheme: "light" | "dark") {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1300, height: 900 } });
    // The test's own limit ends it.
    page.setDefaultTimeout(0);
    const foreign: string[] = [];
    const problems: string[] = [];
    page.on("request", (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${url}/`) && !/^(?:data|blob):/.test(asked)) foreign.push(asked);
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    return { page, foreign, problems };
  }

  // It takes seconds to be drawn, so each colour scheme is seen with another one of the two.
  it("in light colours it shows the operations, tries one, logs no problem and asks no other origin", async () => {
    const { page, foreign, problems } = await openPage(stack.url, "light");
    await page.goto(stack.url);
    expect(page.url()).toBe(`${stack.url}/docs`);
    await page.getByRole("heading", { name: "Databricks Front Door" }).waitFor();
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
    expect(await storedBy(page)).not.toContain("Bearer");
    // An upload without a chosen file sends no made-up text.
    await page.keyboard.press("Escape");
    await page.goto(`${stack.url}/docs#tag/files/PUT/api/files`);
    await page
      .getByRole("button", { name: /Test Request.*put/i })
      .first()
      .click();
    const client = page.getByRole("dialog", { name: "API Client" });
    await client.getByRole("button", { name: /Select File/i }).waitFor();
    const [upload] = await Promise.all([
      page.waitForRequest((each) => each.method() === "PUT"),
      client.getByRole("button", { name: /^Send put request/ }).click(),
    ]);
    expect(upload.postData() ?? "").toBe("");
    expect({ foreign, problems }).toEqual({ foreign: [], problems: [] });
    await page.close();
  });

  it("in dark colours it tries an operation with the API key that a person types, does not keep the key, and asks no other origin", async () => {
    const { page, foreign, problems } = await openPage(keyed.url, "dark");
    await page.goto(`${keyed.url}/docs#tag/identity/GET/api/me`);
    await page
      .getByRole("button", { name: /Test Request/ })
      .first()
      .click();
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
    expect(await storedBy(page)).not.toContain(key);
    // Chromium logs every reply with an error's status.
    expect({ foreign, problems }).toEqual({ foreign: [], problems: [expect.stringContaining("401")] });
    await page.close();
  });
});
