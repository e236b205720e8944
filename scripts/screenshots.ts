import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { launchChromium } from "@front-door/api/test/chromium";
import { filesOfViews } from "@front-door/console/test/files-views";
import type { View } from "@front-door/console/test/view";
import { closeTour, views } from "@front-door/console/test/views";
import type { Browser, Page } from "playwright-core";
import { startProduct } from "./start-product.ts";

// Started by screenshots.sh.

const themes = ["light", "dark"] as const;
const sizes = [
  { width: 1_440, height: 900 },
  { width: 360, height: 740 },
];
/** The pictures of README.md. */
const readmeFolder = resolve(import.meta.dirname, "../docs/images");
const readmeViews = new Set(["query-heat", "browse-preview", "files-csv"]);

const fixedTime = Date.UTC(2026, 10, 2, 9, 30);

const [folder = "screenshots", ...parts] = process.argv.slice(2);
const chosen = views.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));

async function picture(page: Page, quality: number): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
  await session.detach();
  return Buffer.from(data, "base64");
}

/** Times that are the same in each picture. How long a query took is not. */
async function fixTimes(page: Page): Promise<void> {
  await page.route(
    /\/api\/(?:directories|files|catalogs|schemas|tables|volumes|functions)\b(?!\/preview)/,
    async (route) => {
      if (route.request().method() !== "GET") return route.fallback();
      const reply = await route.fetch();
      if (!reply.headers()["content-type"]?.startsWith("application/json"))
        return route.fulfill({ response: reply });
      const text = await reply.text();
      const body = text.replace(/"(created_at|updated_at|last_modified)":\d+/g, `"$1":${fixedTime}`);
      return route.fulfill({ response: reply, body });
    },
  );
}

async function openPage(browser: Browser, origin: string, viewport: (typeof sizes)[number]): Promise<Page> {
  const page = await browser.newPage({
    baseURL: origin,
    viewport,
    reducedMotion: "reduce",
    locale: "en-US",
    timezoneId: "UTC",
  });
  page.setDefaultTimeout(20_000);
  await page.goto("/favicon.svg");
  await closeTour(page);
  await fixTimes(page);
  return page;
}

async function showAndPicture(page: Page, view: View, width: number): Promise<void> {
  await view.show(page);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    // A chart and a grid are drawn again.
    await page.evaluate("new Promise((done) => setTimeout(done, 150))");
    await page.screenshot({
      path: join(folder, `${view.name}-${width}-${theme}.png`),
      animations: "disabled",
      caret: "hide",
    });
    if (width === sizes[0]?.width && readmeViews.has(view.name)) {
      await writeFile(join(readmeFolder, `${view.name}-${theme}.webp`), await picture(page, 85));
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await view.leave?.(page);
}

await Promise.all([folder, readmeFolder].map(async (each) => mkdir(each, { recursive: true })));
await using product = await startProduct({ env: { CONSOLE: "on", LOCAL_WORKSPACE_SAMPLE_DATA: "true" } });
const browser = await launchChromium();
try {
  const files = await filesOfViews(await browser.newPage());
  for (const [path, body] of files) {
    const url = `${product.origin}/api/files?path=${encodeURIComponent(path)}`;
    const reply = await fetch(url, { method: "PUT", body: new Uint8Array(body) });
    if (!reply.ok) throw new Error(`${path} was not stored: ${await reply.text()}`);
  }
  for (const size of sizes) {
    const page = await openPage(browser, product.origin, size);
    for (const view of chosen) {
      try {
        await showAndPicture(page, view, size.width);
        console.log(`${view.name} (${size.width} px)`);
      } catch (error) {
        console.log(`${view.name} (${size.width} px) FAILED`, error);
        process.exitCode = 1;
      }
    }
  }
} finally {
  await browser.close();
}
