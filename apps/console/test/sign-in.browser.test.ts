import { allowSignIn, appSettings } from "@front-door/api/test/browser-under-test";
import { launchChromium } from "@front-door/api/test/chromium";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildConsole } from "../build-console.ts";
import { violations } from "./violations.ts";

describe("the console where people sign in with Databricks", () => {
  let stack: Stack;
  let browser: Browser;
  /** Of most tests. It has loaded the console already, which halves the time of the next visit. */
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    [, browser] = await Promise.all([buildConsole(), launchChromium()]);
    stack = await startStack(
      {},
      { tls: true, settings: { API_AUTH: "databricks", CONSOLE: "on" }, gatewaySettings: appSettings },
    );
    await allowSignIn(stack.workspace, [stack.url]);
    context = await newContext();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  beforeEach(async () => {
    await context.clearCookies();
    page = await context.newPage();
    await page.goto("/favicon.svg");
    await page.evaluate("localStorage.clear()");
  });
  afterEach(async () => {
    await Promise.all(context.pages().map((each) => each.close()));
  });

  const newContext = async () => {
    // The local workspace's certificate is its own.
    const options = { baseURL: stack.url, ignoreHTTPSErrors: true, reducedMotion: "reduce" } as const;
    const made = await browser.newContext(options);
    await made.addInitScript('localStorage.setItem("front-door.tour", "closed")');
    return made;
  };
  const button = (name: string, where = page) => where.getByRole("button", { name });
  const link = (name: string, where = page) => where.getByRole("link", { name, exact: true });
  const address = (where = page) => where.url().slice(stack.url.length);
  const runsAs = (name: string, where = page) => where.waitForSelector(`a[aria-label="Runs as ${name}"]`);
  const row = (name: string, where = page) => where.locator(`[role="treeitem"][title="${name}"]`);
  const editor = (where = page) => where.getByRole("textbox", { name: "SQL" });
  const signInPage = (where = page) => link("Sign in with Databricks", where).waitFor();
  const pick = async (name: "Alice" | "Bob", where = page) => {
    await link("Sign in with Databricks", where).click();
    await button(name, where).click();
  };
  /** By a link, without the console before: it is what most of the time goes to. */
  const signIn = async (name: "Alice" | "Bob", path = "/browse", where = page) => {
    await where.goto(`/auth/login?return_to=${encodeURIComponent(path)}`);
    await button(name, where).click();
    await expect.poll(() => address(where)).toBe(path);
  };
  const write = async (sql: string, where = page) => {
    await editor(where).focus();
    await where.keyboard.press("Control+a");
    await where.keyboard.insertText(sql);
  };
  const run = async (sql: string, where = page) => {
    await write(sql, where);
    await where.keyboard.press("Control+Enter");
  };
  /** A restart of a gateway without Redis ends every session. */
  const endSessions = async () => {
    await stack.stopGateway();
    await stack.startGateway();
  };

  it("Alice signs in from the page that she wanted and sees finance; Bob after her does not", async () => {
    await page.goto("/browse/main/sales?view=x");
    await pick("Alice");
    await expect.poll(() => address()).toBe("/browse/main/sales?view=x");
    await runsAs("Alice Adams");
    await row("finance").waitFor();
    await link("Status").click();
    await button("Sign out").click();
    await signInPage();
    await page.waitForSelector('a[aria-label="Who am I: Not signed in"]');
    await pick("Bob");
    await runsAs("Bob Brown");
    await row("main").waitFor();
    expect(await row("finance").count()).toBe(0);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.locator('a[aria-label="Runs as Bob Brown"]').innerText()).toBe("BB");
  });

  it("works by keyboard alone, and axe finds nothing in any of its states", async () => {
    await page.goto("/status");
    await signInPage();
    expect(await violations(page)).toEqual([]);
    await link("Sign in with Databricks").focus();
    await page.keyboard.press("Enter");
    await button("Alice").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await runsAs("Alice Adams");
    await expect.poll(() => address()).toBe("/status");
    await page.waitForSelector("dt:text-is('Signed in until')");
    await page.goto("/sign-in");
    await page.getByRole("status").filter({ hasText: "You are signed in as Alice Adams" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await button("Sign out").focus();
    await page.keyboard.press("Enter");
    await signInPage();
  });

  it("consent that is refused is said in words, and the way on leads to the same page", async () => {
    await page.goto("/browse/main/sales");
    await link("Sign in with Databricks").click();
    await button("Refuse").click();
    await page.waitForSelector("text=The sign-in was refused at Databricks.");
    expect(await violations(page)).toEqual([]);
    await link("Sign in again").click();
    await button("Alice").click();
    await expect.poll(() => address()).toBe("/browse/main/sales");
    await runsAs("Alice Adams");
  });

  it("a session that ends at the server leads to the sign-in and back, with the query text in its tab", async () => {
    await signIn("Alice", "/query");
    await run("SELECT 'before' AS words");
    await page.waitForSelector('[role="status"]:text-is("1 row")');
    await endSessions();
    await run("SELECT 'not lost' AS words");
    // Another request of the page may have led there already.
    const ended = page.getByRole("status").filter({ hasText: "Your session has ended." });
    await link("Sign in").or(ended).first().waitFor();
    if (await link("Sign in").isVisible()) await link("Sign in").click();
    await ended.waitFor();
    expect(await violations(page)).toEqual([]);
    await pick("Alice");
    await expect.poll(() => address()).toBe("/query");
    await expect.poll(() => editor().textContent()).toBe("SELECT 'not lost' AS words");
    await page.getByRole("button", { name: "History" }).click();
    await page.getByRole("dialog").getByText("SELECT 'before' AS words").waitFor();
  });

  it("a session that Databricks ends leads there as well", async () => {
    await signIn("Bob");
    await stack.workspace.changeCredentials({ revokeIssuedTokensOf: { principal: "bob@example.com" } });
    await page.goto("/browse/main/sales");
    await page.getByRole("status").filter({ hasText: "Your session has ended." }).waitFor();
    await pick("Bob");
    await expect.poll(() => address()).toBe("/browse/main/sales");
  });

  it("uploads wait when the session ends, say so, and go on after the sign-in", async () => {
    const folder = "/files/main/default/files";
    await signIn("Alice", folder);
    await page.getByText("people.csv").waitFor();
    await endSessions();
    const files = ["1", "2", "3", "4", "5"].map((name) => ({
      name: `waits-${name}.txt`,
      mimeType: "text/plain",
      buffer: Buffer.from(name),
    }));
    await page.locator('input[type="file"]:not([webkitdirectory])').setInputFiles(files);
    const transfers = page.getByRole("region", { name: "Transfers" });
    await expect.poll(() => transfers.getByText("Waits until you sign in").count()).toBe(5);
    expect(await violations(page)).toEqual([]);
    await transfers.getByRole("link", { name: "Sign in" }).click();
    await page.getByText("Your uploads wait in this tab").waitFor();
    const opened = context.waitForEvent("page");
    await link("Sign in with Databricks").click();
    const other = await opened;
    await button("Alice", other).click();
    await other.getByRole("status").filter({ hasText: "You are signed in as Alice Adams" }).waitFor();
    await expect.poll(() => address()).toBe(folder);
    await transfers.getByText("5 files uploaded").waitFor();
    await page.getByText("waits-5.txt").first().waitFor();
  });

  it("uploads that wait are not sent as somebody else who signs in", async () => {
    const folder = "/files/main/default/files";
    await signIn("Alice", folder);
    await page.getByText("people.csv").waitFor();
    await endSessions();
    const file = { name: "of-alice.txt", mimeType: "text/plain", buffer: Buffer.from("secret") };
    await page.locator('input[type="file"]:not([webkitdirectory])').setInputFiles([file]);
    const transfers = page.getByRole("region", { name: "Transfers" });
    await transfers.getByText("Waits until you sign in").waitFor();
    stack.workspace.clearRequests();
    const other = await context.newPage();
    await signIn("Bob", "/status", other);
    await runsAs("Bob Brown");
    await expect.poll(() => transfers.count()).toBe(0);
    expect(stack.workspace.requests().filter(({ path }) => path.includes("of-alice"))).toEqual([]);
  });

  it("two browsers at once never mix: each browses and queries as its own person", async () => {
    const second = await newContext();
    const people = [
      { name: "Alice", user: "alice@example.com", where: page },
      { name: "Bob", user: "bob@example.com", where: await second.newPage() },
    ] as const;
    await Promise.all(
      people.map(async ({ name, user, where }) => {
        await signIn(name, "/query", where);
        for (let round = 0; round < 2; round++) {
          await run(`SELECT current_user() AS me, ${round} AS round`, where);
          await expect
            .poll(() => where.locator("canvas td").allTextContents())
            .toEqual(expect.arrayContaining([user, String(round)]));
          await link("Browse", where).click();
          await row("main", where).waitFor();
          expect(await row("finance", where).count()).toBe(name === "Alice" ? 1 : 0);
          await runsAs(name === "Alice" ? "Alice Adams" : "Bob Brown", where);
          await link("Query", where).click();
        }
      }),
    );
    await second.close();
  });

  it("two tabs of a browser sign in at once, and each comes back to its own page", async () => {
    const other = await context.newPage();
    for (const [where, path] of [
      [page, "/browse/main/sales"],
      [other, "/files"],
    ] as const) {
      await where.goto(path);
      await link("Sign in with Databricks", where).click();
      await button("Alice", where).waitFor();
    }
    await button("Alice", page).click();
    await runsAs("Alice Adams", page);
    await button("Alice", other).click();
    await runsAs("Alice Adams", other);
    await expect.poll(() => address(other)).toBe("/files");
    await link("Status").click();
    await page.waitForSelector("dt:text-is('Signed in until')");
  });

  it("a tab that asked for the sign-in goes on when another one has signed in", async () => {
    await page.goto("/browse/main/sales");
    await signInPage();
    await signIn("Alice", "/status", await context.newPage());
    await expect.poll(() => address()).toBe("/browse/main/sales");
    await runsAs("Alice Adams");
  });

  it("whoever signs out is signed out in every tab, and leaves nothing in them for the next person", async () => {
    await signIn("Alice", "/query");
    await run("SELECT 'of Alice' AS words");
    await page.waitForSelector('[role="status"]:text-is("1 row")');
    const other = await context.newPage();
    await other.goto("/status");
    await button("Sign out", other).click();
    await signInPage();
    await signIn("Bob", "/browse", other);
    await runsAs("Bob Brown");
    await link("Query").click();
    await expect.poll(() => page.getByRole("tab").allTextContents()).toEqual(["New query"]);
    await link("Browse").click();
    await row("main").waitFor();
    expect(await row("finance").count()).toBe(0);
  });

  it("what the last person of this browser wrote is not shown to another who signs in after the session ended", async () => {
    await signIn("Alice", "/query");
    await write("SELECT 'of Alice' AS words");
    const next = await context.newPage();
    await page.close({ runBeforeUnload: true });
    await endSessions();
    await signIn("Bob", "/query", next);
    await runsAs("Bob Brown", next);
    await expect.poll(() => next.getByRole("tab").allTextContents()).toEqual(["New query"]);
    await expect.poll(() => next.evaluate("JSON.stringify({ ...localStorage })")).not.toContain("of Alice");
  });

  it("a sign-out that the server does not do is not shown as done", async () => {
    await signIn("Alice", "/status");
    await runsAs("Alice Adams");
    await page.waitForSelector("dt:text-is('Signed in until')");
    await stack.stopGateway();
    await button("Sign out").click();
    await page
      .locator("section", { has: button("Sign out") })
      .getByRole("alert")
      .filter({ hasText: "The gateway is away" })
      .waitFor();
    expect([address(), await button("Sign out").count()]).toEqual(["/status", 1]);
    await stack.startGateway();
  });
});
