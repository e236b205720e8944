import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { cp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { launchChromium } from "@front-door/api/test/chromium";
import { type Stack, startStack, volume } from "@front-door/api/test/start-stack";
import type { Browser, Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { installPacked } from "./install-packed.ts";
import { packPackage } from "./pack-packages.ts";

const folder = mkdtempSync(join(tmpdir(), "client-example-"));
const apiKey = `fdk_${"k".repeat(43)}`;
const isAbortedUpload = (line: Record<string, unknown>) =>
  line["method"] === "PUT" && line["aborted"] === true;

async function untilShown(page: Page, selector: string, text: RegExp): Promise<void> {
  await expect.poll(() => page.textContent(selector)).toMatch(text);
}

/** More than fits into the buffers on the way. */
const fileBytes = 32 * 1024 * 1024;

describe("the example, a Vite project of another origin, in Chromium", () => {
  let stack: Stack;
  let pages: PreviewServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    await installPacked(folder, [await packPackage("packages/api-client", join(folder, "tarballs"))]);
    const project = join(folder, "example");
    await cp(fileURLToPath(new URL("../packages/api-client/example", import.meta.url)), project, {
      recursive: true,
    });
    // The example as its users have it, but with the client that was just packed.
    await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
    await promisify(execFile)(process.execPath, [compiler, "-p", project]);
    await build({ root: project, logLevel: "silent" });
    pages = await preview({ root: project, logLevel: "silent", preview: { host: "127.0.0.1", port: 0 } });
    const [origin = ""] = (pages.resolvedUrls?.local ?? []).map((url) => new URL(url).origin);
    const keysFile = join(folder, "keys.jsonl");
    const sha256 = createHash("sha256").update(apiKey).digest("hex");
    await writeFile(keysFile, JSON.stringify({ name: "example", sha256, operations: ["*"] }));
    const settings = { API_AUTH: "api-key", API_KEYS_FILE: keysFile, CORS_ORIGINS: origin };
    stack = await startStack({}, { tls: true, settings });
    browser = await launchChromium();
    page = await browser.newPage();
    page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => {
      if (![origin, stack.url].includes(new URL(request.url()).origin)) foreign.push(request.url());
    });
    await page.goto(origin);
    await page.fill("[name=baseUrl]", stack.url);
    await page.fill("[name=apiKey]", apiKey);
    await page.click("text=Sign in");
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await stack?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => stack.workspace.clearFaults());

  it("shows the tree of catalogs, schemas, volumes and files", async () => {
    await stack.call("PUT", `/api/files?path=${volume}/seen.txt`, {
      body: "x",
      headers: { "x-api-key": apiKey },
    });
    for (const name of ["main", "default", "files"]) await page.click(`summary:text-is("${name}")`);
    await page.waitForSelector('li:text-is("seen.txt")');
    expect(await page.textContent("#message")).toBe("");
  });

  /** The front door has seen that the browser gave up. */
  const untilAborted = () =>
    expect.poll(() => stack.log.api.filter(isAbortedUpload).length).toBeGreaterThan(0);

  describe("uploads", () => {
    const name = "large.bin";

    /** The front door takes what fits into buffers, and waits for Databricks before it reads on and sees who is gone. */
    const choose = async () => {
      stack.log.api.length = 0;
      stack.workspace.addFault({ method: "PUT", delayMs: 10_000 });
      const file = join(folder, name);
      await writeFile(file, "");
      await truncate(file, fileBytes);
      await page.setInputFiles("#file", []);
      await page.setInputFiles("#file", file);
      await expect
        .poll(() => page.$eval("#progress", (bar) => (bar as unknown as { value: number }).value))
        .toBeGreaterThan(0);
    };

    it("with progress, until it is cancelled: nothing is stored", async () => {
      await choose();
      await page.click("#cancel");
      await untilShown(page, "#message", /^AbortError/);
      await untilAborted();
      const headers = { "x-api-key": apiKey };
      expect((await stack.call("HEAD", `/api/files?path=${volume}/${name}`, { headers })).status).toBe(404);
    });

    it("with a pause, after which the whole file is stored", async () => {
      await choose();
      await page.click("text=Pause");
      await untilAborted();
      stack.workspace.clearFaults();
      await page.click("text=Resume");
      await untilShown(page, "#message", new RegExp(`^Stored ${fileBytes} bytes`));
      const headers = { "x-api-key": apiKey };
      const { headers: stored } = await stack.call("HEAD", `/api/files?path=${volume}/${name}`, {
        headers,
      });
      expect(stored["content-length"]).toBe(String(fileBytes));
    });

    it("shows the front door's own words for a failure", async () => {
      await page.fill("#volume", "/Volumes/main/default/nothing");
      await page.setInputFiles("#file", {
        name: "a.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("x"),
      });
      await untilShown(page, "#message", /^FrontDoorError: .*nothing/);
      // Chromium logs every reply with an error's status.
      expect(problems.splice(0)).toEqual([expect.stringContaining("404")]);
    });
  });

  it("streams 200,000 rows into a table", async () => {
    await page.click("text=Run");
    await expect.poll(() => page.textContent("#count")).toBe("200000 rows");
    await page.$eval("#grid", (grid) => grid.scrollTo(0, grid.scrollHeight));
    await page.waitForSelector('td:text-is("199999")');
    expect(await page.locator("#rows tr").count()).toBeLessThan(100);
  });

  it("stops a query, which is cancelled at Databricks", async () => {
    await page.fill("[name=sql]", "SELECT id FROM range(0, 50000000)");
    await page.click("text=Run");
    await expect.poll(() => page.textContent("#count")).toMatch(/so far/);
    await page.click("text=Stop");
    await expect.poll(() => page.textContent("#message")).toMatch(/^AbortError/);
    await expect.poll(() => stack.workspace.openStatements()).toBe(0);
  });

  it("logs no error, and asks no other origin for anything", () => {
    expect([problems, foreign]).toEqual([[], []]);
  });
});
