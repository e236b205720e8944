import { hash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

const key = `fdk_${"files".padEnd(43, "x")}`;
const wholeKey = `fdk_${"all".padEnd(43, "x")}`;

/** The sign-in where API keys are asked for. */
export function keyCases(given: () => { readonly browser: Browser }): void {
  let keyed: Stack;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "console-keys-"));
    const file = join(folder, "keys.jsonl");
    const operations = ["list_*"];
    const lists = { name: "lists", sha256: hash("sha256", key), operations };
    const all = { name: "all", sha256: hash("sha256", wholeKey), operations: ["*"] };
    await writeFile(file, [lists, all].map((each) => JSON.stringify(each)).join("\n"));
    const settings = { API_AUTH: "api-key", API_KEYS_FILE: file, CONSOLE: "on" };
    keyed = await startStack({}, { settings });
    page = await given().browser.newPage({ baseURL: keyed.url });
  });
  afterAll(async () => {
    await page.close();
    await keyed.close();
    await rm(folder, { recursive: true });
  });

  it("says of a wrong key that it is not accepted, and of no header", async () => {
    await page.goto("/browse");
    await page.fill("[name=secret]", `${key}y`);
    await page.click("button[type=submit]");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe("This key is not accepted.");
    expect(await page.getAttribute("[name=secret]", "aria-invalid")).toBe("true");
  });

  it("lets in a key that may not ask who it is, and says so", async () => {
    await page.fill("[name=secret]", key);
    await page.click("button[type=submit]");
    await expect.poll(() => new URL(page.url()).pathname).toBe("/browse");
    await page.waitForSelector('[role="treeitem"]:has-text("main")');
    await page.waitForSelector('a[aria-label="Signed in. This key may not ask who it is."]');
  });

  it("tells whoever signs in that the workspace is the local one, and nobody else", async () => {
    const mark = page.locator(".chip", { hasText: "Local sample workspace" });
    expect(await mark.count()).toBe(0);
    await page.goto("/sign-in");
    await page.fill("[name=secret]", wholeKey);
    await page.click("button[type=submit]");
    await mark.waitFor();
  });
}
