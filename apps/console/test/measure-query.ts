import { launchChromium } from "@front-door/api/test/chromium";
import { startStack } from "@front-door/api/test/start-stack";
import type { Browser, Page } from "playwright-core";
import { buildConsole } from "../build-console.ts";
import { RendererMemory } from "./renderer-memory.ts";

// By hand: node apps/console/test/measure-query.ts. Says how quick and how large the console is with 1,000,000 rows.

const sql = `SELECT id, CAST(id AS DECIMAL(38,2)) / 4 AS quarter, concat('name ', CAST(id AS STRING)) AS name,
  timestamp_seconds(1451606400 + id) AS at, id * 1.5D AS double FROM range(0, 1000000)`;
const waitMs = 180_000;

async function firstPaintMs(browser: Browser, baseURL: string): Promise<number> {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await page.goto("/");
  await page.waitForSelector("h1");
  const ms = await page.evaluate<number>(
    'performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0',
  );
  await context.close();
  return Math.round(ms);
}

async function measureQuery(browser: Browser, baseURL: string): Promise<void> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1_280, height: 800 } });
  const page = await context.newPage();
  const memory = await RendererMemory.watch(browser);
  await page.addInitScript('localStorage.setItem("front-door.tour", "closed")');
  await page.goto("/query");
  await page.evaluate(watchInteractions);
  const step = async (name: string, act: () => Promise<unknown>) => {
    await page.evaluate(`window.interactions = []`);
    const startedMs = performance.now();
    await act();
    say(`${name}, ms`, Math.round(performance.now() - startedMs));
    say("  memory now and at most, MiB", memory.now, memory.peak);
    say(
      "  slowest interactions, ms",
      await page.evaluate("window.interactions.sort((a, b) => b - a).slice(0, 5)"),
    );
  };
  await step("1,000,000 rows", () => streamRows(page));
  await step("to the last row", async () => {
    await page.locator("canvas[tabindex]").focus();
    await page.keyboard.press("Control+End");
    await page.waitForSelector('canvas td:text-is("249999.750000")', { state: "attached" });
  });
  await step("filter by a text in all columns", async () => {
    await page.getByRole("searchbox", { name: "Filter rows" }).pressSequentially("name 99", { delay: 60 });
    await page.waitForSelector('[role=status]:text-is("11,111 of 1,000,000 rows")', { timeout: waitMs });
  });
  await page.getByRole("searchbox", { name: "Filter rows" }).fill("");
  await page.waitForSelector('[role=status]:text-is("1,000,000 rows")', { timeout: waitMs });
  await step("sort by a text", async () => {
    await page.getByRole("button", { name: "Sort" }).click();
    await page.getByRole("menuitem", { name: "name STRING" }).click();
    await page.keyboard.press("Escape");
    await page.waitForSelector("text=Looking at the rows", { state: "detached", timeout: waitMs });
  });
  await step("chart", async () => {
    await page.getByRole("tab", { name: "Chart" }).click();
    await page.waitForSelector("[role=img] canvas", { timeout: waitMs });
  });
  await step("export to Parquet", async () => {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download", { timeout: waitMs });
    await page.getByRole("menuitem", { name: "Parquet" }).click();
    await download;
  });
  memory.stop();
  await context.close();
}

/** Writes, moves and scrolls all the while. */
async function streamRows(page: Page): Promise<void> {
  const editor = page.getByRole("textbox", { name: "SQL" });
  await editor.focus();
  await page.keyboard.insertText(sql);
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("text=so far", { timeout: waitMs });
  while ((await page.locator('[data-phase="running"]').count()) > 0) {
    await editor.focus();
    await page.keyboard.type(" ");
    await page.mouse.click(500, 600);
    await page.keyboard.press("ArrowDown");
    await page.mouse.wheel(0, 400);
  }
  await page.waitForSelector('[role=status]:text-is("1,000,000 rows")', { timeout: waitMs });
}

/** Each interaction's time until what it changed was on the screen, as the browser measures it. */
const watchInteractions = `new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries()) if (interactionId > 0) window.interactions.push(duration);
}).observe({ type: "event", durationThreshold: 16 })`;

function say(what: string, ...figures: readonly unknown[]): void {
  process.stdout.write(`${what}: ${figures.map((figure) => JSON.stringify(figure)).join(", ")}\n`);
}

const browser = await launchChromium();
await buildConsole();
const stack = await startStack({}, { tls: true, settings: { CONSOLE: "on" } });
try {
  for (let visit = 1; visit <= 3; visit++)
    say("first contentful paint, ms", await firstPaintMs(browser, stack.url));
  await measureQuery(browser, stack.url);
} finally {
  await browser.close();
  await stack.close();
}
