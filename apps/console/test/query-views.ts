import type { Page } from "playwright-core";
import type { View } from "./view.ts";
import { untilLoaded, visit } from "./visit.ts";

const trips = `SELECT i AS trip_id,
  date_add(DATE'2016-01-01', CAST(i % 60 AS INT)) AS day,
  element_at(array('card', 'cash', 'app'), CAST(i % 3 AS INT) + 1) AS paid_by,
  CAST(2.5 + (i % 37) * 0.75 AS DECIMAL(10,2)) AS fare,
  if(i % 11 = 0, NULL, (i * 7919) % 400 / 10D) AS miles
FROM range(0, 5000) AS t(i)`;
const fares = `SELECT i DIV 2 AS hour,
  if(i % 2 = 0, 'card', 'cash') AS paid_by,
  round(20 + 12 * sin((i DIV 2) / 4D + i % 2) + (i * 31) % 5, 2) AS fare
FROM range(0, 96) AS t(i)`;

export const queryViews: readonly View[] = [
  { name: "query", show: openQuery },
  { name: "query-completion", show: completion, leave: escape },
  { name: "query-rows", show: showRows },
  { name: "query-filter", show: filter, leave: escape },
  { name: "query-sort", isAlike: true, show: async (page) => menu(page, "Sort"), leave: escape },
  { name: "query-export", show: async (page) => menu(page, "Export"), leave: escape },
  { name: "query-heat", show: async (page) => sample(page, "Trips by hour and weekday", "Heat map") },
  {
    name: "query-line",
    isAlike: true,
    show: async (page) => sample(page, "Fares by distance", "Line chart"),
  },
  { name: "query-series", isAlike: true, show: async (page) => chart(page, fares, "Line chart") },
  { name: "query-bar", isAlike: true, show: async (page) => chart(page, fares, "Bar chart") },
  { name: "query-scatter", isAlike: true, show: async (page) => chart(page, trips, "Scatter chart") },
  { name: "query-axis", show: axis, leave: escape },
  { name: "query-parameters", show: parameters },
  { name: "query-error", show: error },
  { name: "query-running", show: running, leave: cancel },
  { name: "query-history", show: history, leave: escape },
  { name: "query-warehouse", isAlike: true, show: warehouse, leave: escape },
];

const editor = (page: Page) => page.getByRole("textbox", { name: "SQL" });

/** One empty tab. */
async function openQuery(page: Page): Promise<void> {
  // Not a page of the console, which would keep its tabs when it is left.
  await page.goto("/favicon.svg");
  await page.evaluate('localStorage.removeItem("front-door.query-tabs")');
  await page.goto("/query");
  await editor(page).waitFor();
  await untilLoaded(page);
}

async function write(page: Page, sql: string): Promise<void> {
  await editor(page).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(sql);
}

/** In the tab that is open, in place of what it has. */
async function run(page: Page, sql: string): Promise<void> {
  await visit(page, "/query");
  await write(page, sql);
  await page.keyboard.press("Control+Enter");
}

async function completion(page: Page): Promise<void> {
  await openQuery(page);
  await write(page, "SELECT o.\nFROM main.sales.orders AS o");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  await page.keyboard.press("Control+Space");
  await page.locator('.cm-completionDetail:text-is("DECIMAL(10,2)")').waitFor();
}

async function showRows(page: Page): Promise<void> {
  await run(page, trips);
  await page.waitForSelector('[role="status"]:text-is("5,000 rows")');
  await page.locator("canvas[tabindex]").waitFor();
}

async function filter(page: Page): Promise<void> {
  await showRows(page);
  await page.getByRole("searchbox", { name: "Filter rows" }).fill("card");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByLabel("Value").fill("4998");
  await page.waitForSelector('[role="status"]:text-is("1 of 5,000 rows")');
}

async function menu(page: Page, name: string): Promise<void> {
  await showRows(page);
  await page.getByRole("button", { name }).click();
  await page.getByRole("menuitem").first().waitFor();
}

async function sample(page: Page, title: string, kind: string): Promise<void> {
  await openQuery(page);
  await page.getByRole("button", { name: title }).click();
  await drawn(page, kind);
}

async function chart(page: Page, sql: string, kind: string): Promise<void> {
  await run(page, sql);
  await page.getByRole("tab", { name: "Chart" }).click();
  await page.getByRole("button", { name: kind }).click();
  await drawn(page, kind);
}

async function drawn(page: Page, kind: string): Promise<void> {
  await page.locator(`[role="img"][aria-label^="${kind}"] canvas`).first().waitFor();
}

async function axis(page: Page): Promise<void> {
  await chart(page, fares, "Line chart");
  await page.getByRole("combobox", { name: "X" }).click();
}

async function parameters(page: Page): Promise<void> {
  await openQuery(page);
  await write(page, "SELECT *\nFROM main.sales.orders\nWHERE status = :status AND amount > :least");
  await page.getByLabel(":status", { exact: true }).fill("open");
  await page.getByLabel(":least", { exact: true }).fill("12.50");
}

async function error(page: Page): Promise<void> {
  await run(page, "SELECT order_id,\n  amount\nFROM main.sales.nothing");
  await page.getByRole("alert").waitFor();
  await page.locator(".cm-lintRange-error").waitFor();
}

/** A statement whose reply has not begun. */
async function running(page: Page): Promise<void> {
  await page.route("**/api/query", () => undefined);
  await run(page, "SELECT count(*)\nFROM samples.nyctaxi.trips");
  await page.locator('[data-phase="running"]').waitFor();
}

async function cancel(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.unroute("**/api/query");
}

async function history(page: Page): Promise<void> {
  await showRows(page);
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("dialog").waitFor();
}

async function warehouse(page: Page): Promise<void> {
  await openQuery(page);
  await page.getByRole("combobox", { name: "Warehouse" }).click();
  await page.getByRole("option").first().waitFor();
}

async function escape(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
}
