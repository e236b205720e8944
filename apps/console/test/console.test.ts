import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { chromiumPath, hasChromium, launchChromium } from "@front-door/api/test/chromium";
import { type Stack, startStack, tokens } from "@front-door/api/test/start-stack";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildConsole } from "../build-console.ts";
import { filesCases } from "./files-cases.ts";
import { violations } from "./violations.ts";

// One browser and one product for all features of the console: each has a part below.

const expected = /the server responded with a status of/;

describe.skipIf(!hasChromium)(`the console in Chromium (skipped where there is no ${chromiumPath})`, () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  /** What the browser wrote into its log, but for failed requests: above all, violations of the policy. */
  const problems: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    [, browser] = await Promise.all([buildConsole(), launchChromium()]);
    stack = await startStack({}, { tls: true, settings: { CONSOLE: "on" } });
    page = await browser.newPage({ baseURL: stack.url, reducedMotion: "reduce" });
    page.on("console", (line) => {
      if (line.type() === "error" && !expected.test(line.text())) problems.push(line.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      // The browser's viewer of PDF loads its own parts, and an image can be in its URL.
      if (/^(?:http|ws)/.test(protocol) && origin !== stack.url) foreign.push(request.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  beforeEach(async () => {
    stack.workspace.clearFaults();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  /** Opens an address as a link that somebody shared. */
  const open = async (path: string) => {
    await page.goto(path);
    await page.waitForSelector("h1");
  };
  const heading = () => page.textContent("h1");
  const path = () => new URL(page.url()).pathname;
  const editor = () => page.getByRole("textbox", { name: "SQL" });
  const write = async (sql: string) => {
    await editor().focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(sql);
  };
  const run = async (sql: string) => {
    await write(sql);
    await page.keyboard.press("Control+Enter");
  };
  const row = (name: string) => page.locator('[role="treeitem"]', { hasText: name });

  describe("the frame", () => {
    it("/ leads to the first page, and says whose workspace this is and who looks at it", async () => {
      await open("/");
      expect(path()).not.toBe("/");
      await page.waitForSelector("text=Local sample workspace");
      await page.waitForSelector('a[aria-label="Runs as front-door-gateway"]');
    });

    it("an unknown address says so, and leads back", async () => {
      await open("/no-such-page");
      expect(await heading()).toBe("There is no such page");
      await page.click("text=Go to the start");
      await expect.poll(path).not.toBe("/no-such-page");
    });

    it("the theme is that of the device until one is chosen, which stays after a reload", async () => {
      const [light, dark] = ["rgb(250, 250, 249)", "rgb(18, 19, 22)"];
      const untilBackground = (color: string) =>
        expect.poll(() => page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(color);
      await open("/status");
      await page.emulateMedia({ colorScheme: "dark" });
      await untilBackground(dark);
      const toggle = page.locator('button[aria-label^="Theme"]');
      await toggle.click();
      await untilBackground(light);
      await page.reload();
      await untilBackground(light);
      await toggle.click();
      await page.emulateMedia({ colorScheme: "light" });
      await untilBackground(dark);
      await toggle.click();
      await untilBackground(light);
    });
  });

  describe("browse", () => {
    it("is complete by keyboard: a tree that loads as it opens, and a page for each entry", async () => {
      await open("/browse");
      const tree = page.getByRole("tree", { name: "Catalog" });
      await row("main").waitFor();
      await tree.focus();
      for (const key of ["m", "ArrowRight"]) await page.keyboard.press(key);
      await row("sales").waitFor();
      for (const key of ["s", "a", "ArrowRight"]) await page.keyboard.press(key);
      await row("net_amount").waitFor();
      await page.keyboard.type("orders");
      await page.keyboard.press("Enter");
      await expect.poll(path).toBe("/browse/main/sales/tables/orders");
      await expect.poll(heading).toBe("orders");
      expect(await row("orders").last().getAttribute("aria-selected")).toBe("true");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      await expect.poll(() => row("net_amount").count()).toBe(0);
    });

    it("a table has columns with types and comments, a preview, and its definition", async () => {
      const insert = "INSERT INTO main.sales.orders VALUES (9007199254740993, 7, NULL, 12.50, 'open')";
      expect((await stack.call("POST", "/api/query", { json: { sql: insert } })).status).toBe(200);
      await open("/browse/main/sales/tables/orders");
      await page.waitForSelector('td:has-text("Number of the order")');
      await page.waitForSelector('code:text-is("DECIMAL(10,2)")');
      await page.getByRole("tab", { name: "Preview" }).click();
      const cells = page.getByRole("region", { name: "Preview" }).locator("tbody td");
      await expect
        .poll(() => cells.allTextContents())
        .toEqual(["9007199254740993", "7", "NULL", "12.50", "open"]);
      await page.getByRole("tab", { name: "Definition" }).click();
      await page.waitForSelector('pre:has-text("CREATE TABLE")');
      expect(new URL(page.url()).search).toBe("?view=definition");
      await page.reload();
      await page.waitForSelector('pre:has-text("CREATE TABLE")');
    });

    it("a filter keeps what is loaded and has it in its name", async () => {
      await open("/browse/main/sales");
      await row("net_amount").waitFor();
      await page.fill('input[aria-label="Filter what is loaded"]', "amount");
      await expect
        .poll(() => page.locator('[role="treeitem"]').allTextContents())
        .toEqual(["main", "sales", "net_amount"]);
    });

    it("Ctrl-K goes to what is loaded by a part of its name", async () => {
      await open("/browse/main/sales");
      await row("net_amount").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type("net_am");
      await page.waitForSelector('[role="option"][data-highlighted]:has-text("main.sales.net_amount")');
      await page.keyboard.press("Enter");
      await expect.poll(path).toBe("/browse/main/sales/functions/net_amount");
      await page.waitForSelector(
        'code:has-text("gross / (1 + tax_rate)"), pre:has-text("gross / (1 + tax_rate)")',
      );
    });

    it("a failure is said in words with the request's id, and what is not there is a 404", async () => {
      await open("/browse/main/sales/tables/nothing");
      const alert = page.getByRole("alert");
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(/Not found.*nothing.*Request [\da-f-]{36}/s);
    });
  });

  describe("query", () => {
    it("streams rows into a grid, and goes to the last one by keyboard", async () => {
      await open("/query");
      await run("SELECT id, id * 2 AS twice FROM range(0, 100000)");
      await page.waitForSelector('[role="status"]:text-is("100,000 rows")');
      await page.locator("canvas[tabindex]").focus();
      await page.keyboard.press("Control+End");
      await expect.poll(() => page.locator('canvas td:text-is("99999")').count()).toBe(1);
      await page.keyboard.press("Enter");
      await page.locator("#portal textarea").waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator("#portal textarea").count()).toBe(0);
    });

    it("a tab, its text and a new tab stay after a reload", async () => {
      await open("/query");
      await page.click('button[aria-label="New tab"]');
      await write("SELECT 'kept'");
      await page.reload();
      await expect.poll(() => editor().textContent()).toBe("SELECT 'kept'");
      expect(await page.getByRole("tab").count()).toBe(2);
      await page.getByRole("tab").last().press("Delete");
      await expect.poll(() => page.getByRole("tab").count()).toBe(1);
    });

    it("runs with the value of a parameter, which is a field", async () => {
      await open("/query");
      await write("SELECT :n + 1 AS next");
      await page.fill('label:has-text(":n") + input', "41");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator('canvas td:text-is("42")').count()).toBe(1);
    });

    it("underlines an error where it is", async () => {
      await open("/query");
      await run("SELECT 1;\nSELECT * FROM main.sales.nothing");
      await page.getByRole("alert").waitFor();
      await expect.poll(() => page.locator(".cm-lintRange-error").textContent()).toBe("main.sales.nothing");
    });

    it("completes the columns of the statement's tables, and the tables of a schema", async () => {
      await open("/query");
      await write("SELECT * FROM main.sales.orders AS o WHERE o.");
      await page.keyboard.press("Control+Space");
      await page.waitForSelector('.cm-completionDetail:text-is("DECIMAL(10,2)")');
      await write("SELECT main.sales.");
      await page.keyboard.press("Control+Space");
      await expect.poll(() => page.locator('.cm-completionLabel:text-is("orders")').count()).toBe(1);
      await page.keyboard.press("Escape");
    });

    it("cancels at once, and the statement ends at Databricks", async () => {
      await open("/query");
      await run("SELECT id FROM range(0, 50000000)");
      await page.waitForSelector("text=so far");
      await page.click("text=Cancel");
      await page.waitForSelector('[role="status"]:has-text("Cancelled")');
      await expect.poll(() => stack.workspace.openStatements()).toBe(0);
    });
  });

  describe("files", () => {
    filesCases(() => ({ stack, page }));
  });

  describe("status", () => {
    it("shows both processes, the workspace, and the requests of this page with their ids", async () => {
      await open("/status");
      await expect.poll(() => page.locator('.chip.good:text-is("Works")').count()).toBe(3);
      const request = page.locator("tr", { hasText: "/api/me" }).first();
      await request.waitFor();
      const id = await request.locator("code[title]").getAttribute("title");
      await expect.poll(() => stack.log.gateway.some((line) => line["request_id"] === id)).toBe(true);
    });

    it("changes the schema of the installation, and says why one is refused", async () => {
      await open("/status");
      await page.fill("[name=schema]", "main.sales");
      await page.click("text=Save");
      await page.waitForSelector("text=Saved: main.sales");
      expect(readFileSync(stack.settingsFile, "utf8")).toContain("AGENT_BUILDER_UC_SCHEMA=main.sales");
      await page.fill("[name=schema]", "nonsense");
      await page.click("text=Save");
      await page.getByRole("alert").waitFor();
    });

    it("says that the gateway is away, and recovers by itself", async () => {
      await open("/status");
      await expect.poll(() => page.locator('.chip.good:text-is("Works")').count()).toBe(3);
      await stack.stopGateway();
      await page.waitForSelector("text=The gateway is away");
      await stack.startGateway();
      await expect.poll(() => page.locator('.chip.good:text-is("Works")').count()).toBe(3);
    });
  });

  describe("sign-in", () => {
    const asOwnIdentity = 'a[aria-label="Runs as front-door-gateway"]';

    it("a refused credential leads to it from anywhere, and it leads back as whoever signed in", async () => {
      await open("/status");
      await page.evaluate(`sessionStorage.setItem("front-door.credential", '{"token":"expired"}')`);
      await page.goto("/browse/main/sales");
      await expect.poll(path).toBe("/sign-in");
      await page.fill("[name=secret]", "wrong");
      await page.click("button[type=submit]");
      await page.waitForSelector("text=You are not signed in");
      await page.fill("[name=secret]", tokens.alice);
      await page.click("button[type=submit]");
      await expect.poll(path).toBe("/browse/main/sales");
      await page.waitForSelector('a[aria-label^="Runs as Alice"], a[aria-label*="alice@example.com"]');
      expect(page.url()).not.toContain(tokens.alice);
    });

    it("signing out forgets the credential", async () => {
      await open("/status");
      await page.click("text=Sign out");
      await expect.poll(path).toBe("/sign-in");
      await page.waitForSelector(asOwnIdentity);
      expect(await page.evaluate('sessionStorage.getItem("front-door.credential")')).toBe(null);
    });

    it("a link cannot lead to another origin after the sign-in", async () => {
      await open("/sign-in?back=//evil.example/");
      await page.fill("[name=secret]", tokens.alice);
      await page.click("button[type=submit]");
      await expect.poll(path).not.toBe("/sign-in");
      expect(new URL(page.url()).origin).toBe(stack.url);
      await page.evaluate("sessionStorage.clear()");
    });
  });

  describe("every page", () => {
    it.each([
      "/browse",
      "/browse/main/sales",
      "/browse/main/sales/tables/orders",
      "/browse/main/sales/tables/orders?view=preview",
      "/browse/main/sales/functions/net_amount",
      "/browse/main/sales/tables/nothing",
      "/files",
      "/files/main/default/files",
      "/files/main/default/files?file=people.csv",
      "/query",
      "/status",
      "/sign-in",
    ])("%s: axe finds nothing, light or dark, and nothing is wider than 360 px", async (address) => {
      await open(address);
      await page.waitForLoadState("networkidle");
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      expect(await violations(page, "color-contrast")).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    });

    it("keeps to the policy, logs no error, and asks no other origin for anything", () => {
      expect([problems, foreign]).toEqual([[], []]);
    });
  });

  it("loads at most 200 kB compressed before anything is opened", async () => {
    const fresh = await browser.newPage({ baseURL: stack.url });
    const bodies: Promise<Buffer>[] = [];
    fresh.on("response", (response) => {
      if (!/^\/(api|ready)/.test(new URL(response.url()).pathname)) bodies.push(response.body());
    });
    await fresh.goto("/", { waitUntil: "networkidle" });
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    await fresh.close();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
