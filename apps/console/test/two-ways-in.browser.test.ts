import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowSignIn, appSettings } from "@front-door/api/test/browser-under-test";
import { launchChromium } from "@front-door/api/test/chromium";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildConsole } from "../build-console.ts";
import { violations } from "./violations.ts";

const key = `fdk_${"k".repeat(43)}`;

describe("the console with API_AUTH=databricks,api-key", () => {
  const folder = mkdtempSync(join(tmpdir(), "two-ways-in-"));
  let stack: Stack;
  let browser: Browser;
  /** Has signed in with the key. */
  let page: Page;

  beforeAll(async () => {
    const file = join(folder, "keys.jsonl");
    const sha256 = createHash("sha256").update(key).digest("hex");
    writeFileSync(file, JSON.stringify({ name: "reporting", sha256, operations: ["*"] }));
    const accessFile = join(folder, "access.yaml");
    const rules = [
      { who: "user:bob@example.com", operations: "list_*" },
      { who: "everyone", operations: "*" },
    ];
    writeFileSync(accessFile, JSON.stringify({ rules }));
    [, browser] = await Promise.all([buildConsole(), launchChromium()]);
    const access = { ACCESS_FILE: accessFile };
    const settings = {
      API_AUTH: "databricks,api-key",
      API_KEYS_FILE: file,
      CONSOLE: "on",
      ...access,
    };
    stack = await startStack({}, { tls: true, settings, gatewaySettings: { ...appSettings, ...access } });
    await allowSignIn(stack.workspace, [stack.url]);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    const options = { baseURL: stack.url, ignoreHTTPSErrors: true, reducedMotion: "reduce" } as const;
    const context = await browser.newContext(options);
    await context.addInitScript('localStorage.setItem("front-door.tour", "closed")');
    page = await context.newPage();
  });
  afterEach(() => page.context().close());

  const signInWithKey = async () => {
    await page.getByLabel("API key").fill(key);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  const runsAs = (name: string) => page.waitForSelector(`a[aria-label="Runs as ${name}"]`);
  const signInElsewhere = async () => {
    const other = await page.context().newPage();
    await other.goto("/auth/login?return_to=/status");
    await other.getByRole("button", { name: "Alice" }).click();
    await other.waitForSelector('a[aria-label="Runs as Alice Adams"]');
  };
  /** A tab with a key in a browser where somebody signs in with Databricks. */
  const bringBoth = async () => {
    await page.goto("/browse");
    await signInWithKey();
    await runsAs("front-door-gateway");
    await signInElsewhere();
    await page.reload();
    await page.getByRole("status").filter({ hasText: "Requests can have only one of them." }).waitFor();
  };

  it("a tab with a key can continue as the person who has signed in", async () => {
    await bringBoth();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue as Alice Adams" }).click();
    await runsAs("Alice Adams");
    expect(new URL(page.url()).pathname).toBe("/browse");
  });

  it("a tab with a key can sign the browser out and keep its key", async () => {
    await bringBoth();
    await page.getByRole("button", { name: "Sign out of Databricks" }).click();
    await runsAs("front-door-gateway");
    expect(new URL(page.url()).pathname).toBe("/browse");
  });

  it("a good key is not called bad where somebody has signed in", async () => {
    await page.goto("/favicon.svg");
    await signInElsewhere();
    await page.goto("/sign-in");
    await page.getByRole("status").filter({ hasText: "You are signed in as Alice Adams" }).waitFor();
    await signInWithKey();
    await page.getByRole("alert").filter({ hasText: "Sign out of it first." }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in with Databricks" }).waitFor();
    await signInWithKey();
    await runsAs("front-door-gateway");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("a person who may not ask who they are is shown by the name of their session", async () => {
    await page.goto("/auth/login?return_to=/browse");
    await page.getByRole("button", { name: "Bob" }).click();
    const shown = page.getByRole("link", { name: "Signed in as Bob Brown" });
    await shown.waitFor();
    expect(await shown.innerText()).toBe("Bob Brown");
  });
});
