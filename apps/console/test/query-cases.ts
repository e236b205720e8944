import type { Stack } from "@front-door/api/test/start-stack";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { visit } from "./visit.ts";

/** What helps a newcomer on the Query page. The product and the browser are those of console.browser.test.ts. */
export function queryCases(given: () => { readonly stack: Stack; readonly page: Page }): void {
  let page: Page;
  let stack: Stack;

  beforeAll(async () => {
    ({ page, stack } = given());
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  });

  const editor = () => page.getByRole("textbox", { name: "SQL" });
  /** Writes into a tab of its own. */
  const write = async (sql: string) => {
    await visit(page, "/query");
    await page.click('button[aria-label="New tab"]');
    await editor().focus();
    await page.keyboard.insertText(sql);
  };
  const run = async (sql: string, status: string) => {
    await write(sql);
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(`[role="status"]:text-is("${status}")`);
  };
  const cell = (text: string) => page.locator(`canvas td:text-is("${text}")`);
  const copied = () => page.evaluate("navigator.clipboard.readText()");
  const runButton = (words: string) => page.getByRole("button", { name: words });

  it("asks for a parameter that is empty, and Ctrl-Enter in its field runs", async () => {
    await write("SELECT concat('<', :word, '>') AS words");
    const field = page.getByRole("textbox", { name: ":word" });
    await field.focus();
    const before = stack.workspace.statements().length;
    await page.keyboard.press("Control+Enter");
    await page.getByRole("alert").filter({ hasText: "Fill in :word." }).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(stack.workspace.statements().length).toBe(before);
    await field.fill("a word");
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => cell("<a word>").count()).toBe(1);
  });

  it("the history gives the values of parameters back", async () => {
    await visit(page, "/query");
    await page.getByRole("button", { name: "History" }).click();
    await page.getByRole("button", { name: ":word = a word" }).click();
    await expect.poll(() => page.getByRole("textbox", { name: ":word" }).inputValue()).toBe("a word");
  });

  it("a click on the cell that is selected opens nothing, and Shift-arrow selects what is copied", async () => {
    await run("SELECT id, id * 2 AS twice FROM range(0, 5)", "5 rows");
    const box = await page.locator("canvas[tabindex]").boundingBox();
    const [x, y] = [(box?.x ?? 0) + 80, (box?.y ?? 0) + 48 + 15];
    await page.mouse.click(x, y);
    // Longer than between the clicks of a double click.
    await page.waitForTimeout(1_000);
    await page.mouse.click(x, y);
    await page.waitForTimeout(300);
    expect(await page.locator("#portal textarea").count()).toBe(0);
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Control+c");
    await expect.poll(copied).toBe("id\ttwice\n0\t0\n1\t2");
  });

  it("a column becomes wider when a longer value comes into sight", async () => {
    await run(
      "SELECT if(id < 500, 'a', concat(repeat('b', 30), id)) AS name, id AS behind FROM range(0, 1000)",
      "1,000 rows",
    );
    const box = await page.locator("canvas[tabindex]").boundingBox();
    const [x, y] = [(box?.x ?? 0) + 260, (box?.y ?? 0) + 48 + 15];
    await page.locator("canvas[tabindex]").focus();
    await page.keyboard.press("Control+End");
    await expect.poll(() => cell("999").count()).toBeGreaterThan(0);
    await page.mouse.click(x, y);
    await page.keyboard.press("Control+c");
    await expect.poll(copied).toMatch(/^name\nb{30}\d+$/);
  });

  it("a tab that was closed opens again with its text", async () => {
    await write("SELECT 'never ran' AS words");
    await page.getByRole("tab", { selected: true, name: "SELECT 'never ran'" }).press("Delete");
    await expect.poll(() => editor().textContent()).not.toContain("never ran");
    await page.getByRole("button", { name: "Reopen SELECT 'never ran'" }).click();
    await expect.poll(() => editor().textContent()).toBe("SELECT 'never ran' AS words");
    expect(await page.getByRole("button", { name: "Reopen" }).count()).toBe(0);
  });

  it("a link to a query opens its text", async () => {
    await write("SELECT '1+1 & \"ü\"' AS words");
    await page.getByRole("button", { name: "Copy a link to this query" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const link = String(await copied());
    expect(link.startsWith(`${stack.url}/query?sql=`)).toBe(true);
    await page.getByRole("tab", { selected: true, name: "SELECT" }).press("Delete");
    await page.goto(link);
    await expect.poll(() => editor().textContent()).toBe("SELECT '1+1 & \"ü\"' AS words");
  });

  it("an export is named after its tab", async () => {
    await run("-- Five of them\nSELECT id FROM range(0, 5)", "5 rows");
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("Five-of-them.csv");
  });

  it("the button says what it runs", async () => {
    await write("SELECT 1;\nSELECT 2;\nSELECT 3");
    await expect.poll(() => runButton("Run statement 3 of 3").count()).toBe(1);
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => runButton("Run statement 2 of 3").count()).toBe(1);
    await page.keyboard.press("Shift+Home");
    await expect.poll(() => runButton("Run selection").count()).toBe(1);
  });
}
