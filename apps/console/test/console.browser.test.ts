import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Stack, tokens } from "@front-door/api/test/start-stack";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filesCases } from "./files-cases.ts";
import { keyCases } from "./key-cases.ts";
import { queryCases } from "./query-cases.ts";
import { RendererMemory } from "./renderer-memory.ts";
import { shellCases } from "./shell-cases.ts";
import { type StartedConsole, startConsole } from "./start-console.ts";
import { visit } from "./visit.ts";

// One browser and one product for all features of the console: each has a part below.

describe("the console in Chromium", () => {
  let started: StartedConsole;
  let stack: Stack;
  let page: Page;

  beforeAll(async () => {
    started = await startConsole();
    ({ stack, page } = started);
  });
  afterAll(() => started?.close());
  beforeEach(async () => {
    stack.workspace.clearFaults();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  const open = async (path: string) => visit(page, path);
  /** Opens an address as a link that somebody shared. */
  const load = async (path: string) => {
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
  const status = (words: string) => page.waitForSelector(`[role="status"]:text-is("${words}")`);
  const choose = async (label: string, value: string) => {
    await page.getByRole("combobox", { name: label, exact: true }).click();
    await page.getByRole("option", { name: value, exact: true }).click();
  };
  const lastStatement = (part: string) =>
    stack.workspace.statements().findLast(({ statement }) => statement.includes(part));
  const row = (name: string) => page.locator('[role="treeitem"]', { hasText: name });

  describe("the frame", () => {
    it("/ leads to the first page, and says whose workspace this is and who looks at it", async () => {
      await load("/");
      await expect.poll(path).not.toBe("/");
      await page.waitForSelector("text=Local sample workspace");
      await page.waitForSelector('a[aria-label="Runs as front-door-gateway"]');
    });

    it("an unknown address says so, and leads back", async () => {
      await open("/status/no-such-page");
      await expect.poll(heading).toBe("There is no such page");
      await page.click("text=Go to the start");
      await expect.poll(path).not.toBe("/status/no-such-page");
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
      await load("/browse");
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
      const alert = page.getByRole("alert").filter({ hasText: "Not found" });
      await alert.waitFor();
      expect(await page.getByRole("link", { name: "Query this" }).count()).toBe(0);
      expect(await alert.textContent()).toMatch(/Not found.*nothing.*Request [\da-f-]{36}/s);
    });
  });

  describe("query", () => {
    it("streams 1,000,000 rows into a grid, and goes to the last one by keyboard, in less than 400 MB", async () => {
      const memory = await RendererMemory.watch(started.browser);
      const fresh = await started.browser.newPage({ baseURL: stack.url });
      await fresh.addInitScript('localStorage.setItem("front-door.tour", "closed")');
      await fresh.goto("/query");
      await fresh.getByRole("textbox", { name: "SQL" }).focus();
      await fresh.keyboard.insertText(
        "SELECT id, CAST(id AS DECIMAL(38,2)) + 0.07 AS exact, concat('name ', id) AS name FROM range(0, 1000000)",
      );
      await fresh.keyboard.press("Control+Enter");
      await fresh.waitForSelector('[role="status"]:text-is("1,000,000 rows")', { timeout: 120_000 });
      await fresh.locator("canvas[tabindex]").focus();
      await fresh.keyboard.press("Control+End");
      await expect.poll(() => fresh.locator('canvas td:text-is("999999.07")').count()).toBe(1);
      const looked = memory.now;
      await fresh.keyboard.press("Enter");
      await fresh.locator("#portal textarea").waitFor();
      await fresh.keyboard.press("Escape");
      await expect.poll(() => fresh.locator("#portal textarea").count()).toBe(0);
      memory.stop();
      await fresh.close();
      expect(looked).toBeGreaterThan(100);
      expect(looked).toBeLessThan(400e6 / 1024 ** 2);
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

    it("cancels at once, and the workspace has seen the statement closed", async () => {
      await open("/query");
      await run("SELECT id FROM range(0, 50000000)");
      await page.waitForSelector("text=so far");
      await page.click("text=Cancel");
      await page.waitForSelector('[role="status"]:has-text("Cancelled")');
      await expect.poll(() => lastStatement("50000000")?.closed).toBe(true);
      expect(lastStatement("50000000")?.rowsFetched).toBeLessThan(50_000_000);
    });

    it("filters rows by a text and by conditions, and a Parquet file has those that are shown", async () => {
      await open("/query");
      await run(
        "SELECT id, if(id % 2 = 0, 'even', 'odd') AS parity, CAST(id AS DECIMAL(38,2)) / 4 AS quarter FROM range(0, 20000)",
      );
      await status("20,000 rows");
      await page.getByRole("searchbox", { name: "Filter rows" }).fill("ODD");
      await status("10,000 of 20,000 rows");
      await page.getByRole("button", { name: "Columns" }).click();
      await page.getByRole("button", { name: "Add a condition" }).click();
      await choose("Column", "quarter");
      await choose("Comparison", "<");
      await page.getByLabel("Value").fill("2.25");
      await status("4 of 20,000 rows");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Sort" }).click();
      for (const _ of ["ascending", "descending"])
        await page.getByRole("menuitem", { name: "id BIGINT" }).click();
      await page.keyboard.press("Escape");
      // An export has what is shown, so the order has to be there.
      await page.waitForSelector("text=Looking at the rows", { state: "detached" });
      await page.getByRole("button", { name: "Export" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: "Parquet" }).click(),
      ]);
      const duckdb = await DuckDBInstance.create(":memory:");
      const connection = await duckdb.connect();
      const reader = await connection.runAndReadAll(
        `SELECT id, parity, quarter::VARCHAR FROM read_parquet('${await download.path()}')`,
      );
      expect(reader.getRowsJson()).toEqual([
        ["7", "odd", "1.750000"],
        ["5", "odd", "1.250000"],
        ["3", "odd", "0.750000"],
        ["1", "odd", "0.250000"],
      ]);
      connection.closeSync();
      duckdb.closeSync();
    });

    it("shows a chart in two clicks, says what it shows, and keeps it after the next run", async () => {
      await open("/query");
      await run("SELECT id AS n, id * id AS square FROM range(0, 40)");
      await page.getByRole("tab", { name: "Chart" }).click();
      const chart = (words: string) => page.waitForSelector(`[role="img"][aria-label^="${words}"] canvas`);
      await chart("Line chart of square by n: 40 values. Lowest 0 at 0. Highest 1521 at 39.");
      await page.getByRole("button", { name: "Bar chart" }).click();
      await chart("Bar chart of square by n");
      const colours = `(() => {
        const { width, height } = document.querySelector('[role="img"] canvas');
        const drawing = document.querySelector('[role="img"] canvas').getContext("2d");
        return new Set(new Uint32Array(drawing.getImageData(0, 0, width, height).data.buffer)).size;
      })()`;
      await expect.poll(() => page.evaluate(colours)).toBeGreaterThan(2);
      await run("SELECT id AS n, id * 3 AS square FROM range(0, 5)");
      await chart("Bar chart of square by n: 5 values");
      await page.getByRole("tab", { name: "Rows" }).click();
    });

    // More of these in address-search.test.ts.
    it("a link with the text true opens it as it is", async () => {
      await load("/query?sql=true");
      await expect.poll(() => editor().textContent()).toBe("true");
      await expect.poll(() => new URL(page.url()).search).toBe("");
    });

    it("a statement of a link shows the characters that cannot be seen", async () => {
      await load(`/query?sql=${encodeURIComponent("SELECT 1 --\u202e\u2066\u200d\u3164")}`);
      await expect.poll(() => page.locator(".cm-specialChar").count()).toBe(4);
    });

    it("the line below the editor moves by keyboard, and stays after a reload", async () => {
      await open("/query");
      const line = page.getByRole("separator", { name: "Height of the editor" });
      const height = async () =>
        (await page.getByRole("textbox", { name: "SQL" }).boundingBox())?.height ?? 0;
      const before = [Number(await line.getAttribute("aria-valuenow")), await height()] as const;
      await line.focus();
      await page.keyboard.press("ArrowDown");
      expect(Number(await line.getAttribute("aria-valuenow"))).toBeGreaterThan(before[0]);
      await page.reload();
      expect(Number(await line.getAttribute("aria-valuenow"))).toBeGreaterThan(before[0]);
      expect(await height()).toBeGreaterThan(before[1]);
    });

    it("waits for a gateway that is away, says so, and runs the statement when it is back", async () => {
      await open("/query");
      await write("SELECT 'came back' AS words");
      await stack.stopGateway();
      await page.keyboard.press("Control+Enter");
      await page.getByRole("alert").filter({ hasText: "The gateway is away" }).waitFor();
      await stack.startGateway();
      await expect.poll(() => page.locator('canvas td:text-is("came back")').count()).toBe(1);
    });

    it("the palette finds samples, and statements that have run", async () => {
      await open("/query");
      await run("SELECT 'findable' AS words");
      await status("1 row");
      await open("/status");
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type("fares by");
      await page.waitForSelector('[role="option"]:has-text("Fares by distance")');
      await page.getByRole("combobox", { name: "Go to" }).fill("findable");
      await page.waitForSelector('[role="option"][data-highlighted]:has-text("findable")');
      await page.keyboard.press("Enter");
      await expect.poll(() => editor().textContent()).toBe("SELECT 'findable' AS words");
    });
  });

  describe("query, for a newcomer", () => {
    queryCases(() => ({ stack, page }));
  });

  describe("the tour", () => {
    it("a first visit leads through three queries with their charts, by keyboard, until it is closed", async () => {
      await page.evaluate('localStorage.removeItem("front-door.tour")');
      await load("/browse");
      const tour = page.getByRole("region", { name: "Start here" });
      const step = (name: string) => tour.getByRole("button", { name });
      await step("Trips by hour and weekday").focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector(
        '[role="img"][aria-label^="Heat map of trips by hour and weekday: no values"] canvas',
      );
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForSelector(
        '[role="img"][aria-label^="Line chart of average_fare by miles: no values"] canvas',
      );
      await step("All trips from a zip code").click();
      await status("0 rows");
      await tour.getByRole("button", { name: "Close the tour" }).click();
      await load("/status");
      await page.waitForSelector("text=500,000 characters");
      expect(await tour.count()).toBe(0);
      await page.getByRole("button", { name: "Show the tour" }).click();
      await tour.waitFor();
      await page.evaluate('localStorage.setItem("front-door.tour", "closed")');
    });
  });

  describe("files", () => {
    filesCases(() => ({ stack, page }));
  });

  describe("what the console keeps and says", () => {
    shellCases(() => ({ stack, page }));
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
      await page.waitForSelector("text=This token is not accepted.");
      await page.waitForSelector('a[aria-label="Who am I: Not signed in"], a[aria-label="Who am I: …"]');
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

    it("a statement that is refused for want of it leads there, and back", async () => {
      await open("/query");
      // Of this request alone: whichever of the page is refused first leads to the sign-in.
      await page.route(
        "**/api/query",
        (route) =>
          route.continue({ headers: { ...route.request().headers(), authorization: "Bearer expired" } }),
        { times: 1 },
      );
      await run("SELECT 'who am I' AS words");
      await page.getByRole("alert").getByRole("link", { name: "Sign in" }).click();
      await page.fill("[name=secret]", tokens.alice);
      await page.click("button[type=submit]");
      await expect.poll(path).toBe("/query");
      await page.evaluate("sessionStorage.clear()");
    });

    // More of these in own-path.test.ts.
    it.each(["//evil.example/", "true"])(
      "a link with back=%s cannot lead to another origin after the sign-in",
      async (back) => {
        await load(`/sign-in?back=${back}`);
        await page.fill("[name=secret]", tokens.alice);
        await page.click("button[type=submit]");
        await expect.poll(path).not.toBe("/sign-in");
        expect(new URL(page.url()).origin).toBe(stack.url);
        await page.evaluate("sessionStorage.clear()");
      },
    );
  });

  describe("sign-in with a key", () => {
    keyCases(() => started);
  });

  it("keeps to the policy, logs no error, and asks no other origin for anything", () => {
    expect([started.problems, started.foreign]).toEqual([[], []]);
  });

  it("loads at most 200 kB compressed before anything is opened", async () => {
    const fresh = await started.browser.newPage({ baseURL: stack.url });
    await fresh.goto("/", { waitUntil: "networkidle" });
    let bytes = 0;
    for (const request of await fresh.requests()) {
      const response = await request.response();
      if (response === null || /^\/(api|ready)/.test(new URL(request.url()).pathname)) continue;
      bytes += gzipSync(await response.body()).length;
    }
    await fresh.close();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
