import { type Stack, tokens } from "@front-door/api/test/start-stack";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";

/** What the console keeps in a browser, what it says, and what it leaves alone. Each case is a person's first visit. */
export function shellCases(given: () => { readonly stack: Stack; readonly page: Page }): void {
  let stack: Stack;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    const { stack: started, page: shared } = given();
    stack = started;
    // Of a page that is there, as the browser itself is not handed on.
    context = await (shared.context().browser() ?? never()).newContext({
      baseURL: stack.url,
      reducedMotion: "reduce",
    });
    page = await context.newPage();
  });
  afterAll(() => context.close());
  beforeEach(async () => {
    if (page.isClosed()) page = await context.newPage();
    await page.goto("/favicon.svg");
    await page.evaluate(
      'sessionStorage.clear(); localStorage.clear(); localStorage.setItem("front-door.tour", "closed")',
    );
  });
  /** What a case changes in the page itself ends with the page. */
  const closePageAfterwards = () => onTestFinished(async () => page.close());

  const open = async (path: string, where = page) => {
    await where.goto(path);
    await where.waitForSelector("h1");
  };
  const editor = (where = page) => where.getByRole("textbox", { name: "SQL" });
  const write = async (sql: string, where = page) => {
    await editor(where).focus();
    await where.keyboard.press("Control+a");
    await where.keyboard.insertText(sql);
  };
  const run = async (sql: string, rows: string) => {
    await write(sql);
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(`[role="status"]:text-is("${rows}")`);
  };
  const keep = (key: string, value: string) =>
    page.evaluate(`localStorage.setItem("front-door.${key}", ${JSON.stringify(value)})`);
  const history = async () => {
    await page.getByRole("button", { name: "History" }).click();
    return page.getByRole("dialog");
  };
  const sql = async (statement: string) => {
    const { status } = await stack.call("POST", "/api/query", { json: { sql: statement } });
    expect(status).toBe(200);
  };
  const row = (name: string) => page.locator(`[role="treeitem"][title="${name}"]`);

  it("the Query page opens where the browser keeps something that is no tabs and no history", async () => {
    for (const key of ["query-tabs", "query-history"]) await keep(key, '{"tabs":[]}');
    await open("/query");
    await run("SELECT 1", "1 row");
    expect(await (await history()).getByText("SELECT 1").count()).toBe(1);
  });

  it("a window that is closed last does not erase the tabs of another, and shows a history as cleared", async () => {
    await open("/query");
    await write("SELECT 'first'");
    const other = await context.newPage();
    await open("/query", other);
    await other.click('button[aria-label="New tab"]');
    await write("SELECT 'second'", other);
    await run("SELECT 'first' AS run", "1 row");
    await (await history()).getByRole("button", { name: "Clear" }).click();
    await other.getByRole("button", { name: "History" }).click();
    await other.getByText("Nothing has run yet.").waitFor();
    await other.close({ runBeforeUnload: true });
    await page.close({ runBeforeUnload: true });
    page = await context.newPage();
    await open("/query");
    await expect
      .poll(async () => (await page.getByRole("tab").allTextContents()).toSorted())
      .toEqual(["SELECT 'first' AS run", "SELECT 'second'"]);
  });

  it("a store that is full leaves the Query page as it is", async () => {
    await open("/query");
    await page.evaluate(`for (let size = 4_000_000; size > 0; size >>= 1)
      try { localStorage.setItem("full" + size, "x".repeat(size)) } catch {}`);
    await run(`SELECT '${"x".repeat(2_000)}'`, "1 row");
    await run("SELECT 2", "1 row");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("the Query page opens and a button copies where a page has no secure origin", async () => {
    closePageAfterwards();
    // As a browser has it for plain http on another host than localhost.
    await page.addInitScript(() => {
      Reflect.deleteProperty(Crypto.prototype, "randomUUID");
      Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
    });
    await open("/query");
    await run("SELECT 1", "1 row");
    await open("/browse/main/sales/tables/orders");
    await page.getByRole("button", { name: "Copy the full name" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await page.getByRole("searchbox").focus();
    await page.keyboard.press("Control+v");
    expect(await page.getByRole("searchbox").inputValue()).toBe("main.sales.orders");
  });

  it.each(["zürich", "a[b]"])(
    "the tree marks %j, which the router decodes, and finds it by keyboard",
    async (name) => {
      await sql(`CREATE SCHEMA IF NOT EXISTS main.\`${name}\``);
      await open("/browse/main");
      await row(name).click();
      await expect.poll(() => page.textContent("h1")).toBe(name);
      await expect.poll(() => row(name).getAttribute("aria-selected")).toBe("true");
      await page.reload();
      await expect.poll(() => row(name).getAttribute("aria-selected")).toBe("true");
      await page.getByRole("tree").focus();
      await page.keyboard.press("ArrowLeft");
      await expect.poll(() => row(name).getAttribute("aria-expanded")).toBe("false");
      expect(await page.title()).toBe(`${name} – Browse – Databricks Front Door`);
    },
  );

  it("the first letter of a filter asks for nothing", async () => {
    closePageAfterwards();
    await page.clock.install();
    await open("/browse/main/sales");
    await row("net_amount").waitFor();
    await page.clock.fastForward(60_000);
    await page.waitForLoadState("networkidle");
    const asked: string[] = [];
    page.on("request", (request) => {
      if (/\/api\/(?:schemas|tables|volumes|functions)/.test(request.url())) asked.push(request.url());
    });
    await row("main").locator("svg").first().click();
    await row("sales").waitFor({ state: "detached" });
    await page.getByRole("searchbox").fill("amount");
    await row("net_amount").waitFor();
    await page.waitForLoadState("networkidle");
    expect(asked).toEqual([]);
  });

  it("the focus goes to the tab that takes the place of one that Delete closes", async () => {
    await open("/query");
    await write("SELECT 'stays'");
    await page.click('button[aria-label="New tab"]');
    await page.getByRole("tab").last().press("Delete");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("SELECT 'stays'");
    expect(await page.title()).toBe("Query – Databricks Front Door");
  });

  it("a tab is renamed with F2 or a double click, and called after its text again without a name", async () => {
    await open("/query");
    await write("SELECT 'text'");
    const tab = page.getByRole("tab").first();
    await tab.press("F2");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("Report");
    await page.keyboard.press("Enter");
    await expect.poll(() => tab.textContent()).toBe("Report");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Report");
    await expect
      .poll(() => page.evaluate('localStorage.getItem("front-door.query-tabs")'))
      .toContain("Report");
    await tab.dblclick({ position: { x: 20, y: 20 } });
    await page.getByRole("dialog").getByLabel("Name").fill("");
    await page.getByRole("button", { name: "Rename" }).click();
    await expect.poll(() => tab.textContent()).toBe("SELECT 'text'");
  });

  it("a warehouse that is not in the list is shown as what will be used, and a list that fails is said", async () => {
    await keep("warehouse", "deleted0");
    await open("/query");
    const select = page.getByRole("combobox", { name: "Warehouse" });
    await expect.poll(() => select.textContent()).toBe("deleted0Not in the list");
    stack.workspace.addFault({ path: "/api/2.0/sql/warehouses", status: 403, body: "{}" });
    await page.reload();
    await page.getByRole("alert").filter({ hasText: "The warehouses could not be listed" }).waitFor();
    expect(await select.textContent()).toBe("deleted0");
  });

  it("says before a copy that it will not have all rows, and that a worker has failed", async () => {
    await open("/query");
    await run("SELECT id, id + 1 AS next FROM range(0, 150000)", "150,000 rows");
    await page.locator("canvas[tabindex]").focus();
    await page.keyboard.press("Control+a");
    await page.getByText("A copy has the first 100,000 of the 150,000 rows that are selected.").waitFor();
    closePageAfterwards();
    await page.route(/rows-worker/, (route) => route.abort());
    await page.getByRole("searchbox").fill("7");
    await page.getByRole("alert").filter({ hasText: "could not be filtered or sorted" }).waitFor();
    expect(await page.getByRole("button", { name: "Export" }).isEnabled()).toBe(true);
  });

  it("the requests of a page are without those that it sends by itself", async () => {
    await open("/status");
    await expect.poll(() => page.locator('.chip.good:text-is("Works")').count()).toBe(3);
    await page.locator("tr", { hasText: "/api/me" }).waitFor();
    await page.locator("dd", { hasText: "No limit" }).waitFor();
    expect(await page.locator("tr", { hasText: "/ready" }).count()).toBe(0);
  });

  it("who nobody can say is not called signed out", async () => {
    stack.workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", status: 404, body: "{}" });
    await open("/query");
    const label = "Who am I: Not known";
    await expect.poll(() => page.locator(`a[aria-label="${label}"]`).textContent()).toBe("Not known");
  });

  it("signing out forgets the results, the history, the tabs and the requests of the person", async () => {
    await open("/sign-in");
    await page.fill("[name=secret]", tokens.alice);
    await page.click("button[type=submit]");
    await expect.poll(() => new URL(page.url()).pathname).not.toBe("/sign-in");
    await page.getByRole("link", { name: "Query", exact: true }).click();
    await run("SELECT 'secret' AS words", "1 row");
    await page.locator('a[href="/status"]').first().click();
    await page.locator("tr", { hasText: "/api/query" }).waitFor();
    await page.click("text=Sign out");
    await page.waitForSelector('a[aria-label="Runs as front-door-gateway"]');
    await page.getByRole("link", { name: "Query", exact: true }).click();
    await expect.poll(() => page.getByRole("tab").allTextContents()).toEqual(["New query"]);
    await (await history()).getByText("Nothing has run yet.").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.evaluate("JSON.stringify({ ...localStorage })")).not.toContain("secret");
    await page.locator('a[href="/status"]').first().click();
    await page.locator("tr", { hasText: "/api/me" }).first().waitFor();
    expect(await page.locator("tr", { hasText: "/api/query" }).count()).toBe(0);
  });
}

function never(): never {
  throw new Error("The page has no browser.");
}
