import { launchChromium } from "@front-door/api/test/chromium";
import { type Stack, startStack } from "@front-door/api/test/start-stack";
import type { Browser, Page } from "playwright-core";
import { buildConsole } from "../build-console.ts";
import { closeTour } from "./views.ts";

const expected = /the server responded with a status of/;
/** A busy machine is not a failure. */
const patienceMs = 60_000;

export interface StartedConsole {
  readonly stack: Stack;
  readonly browser: Browser;
  /** On no page of the console yet. A first visit shows the tour, which is closed here. */
  readonly page: Page;
  /** What the browser wrote into its log, but for failed requests: above all, violations of the policy. */
  readonly problems: string[];
  /** What it asked other origins for. */
  readonly foreign: string[];
  close(): Promise<void>;
}

/** The product with its console, and one page to look at it. */
export async function startConsole(): Promise<StartedConsole> {
  const [, browser] = await Promise.all([buildConsole(), launchChromium()]);
  const stack = await startStack({}, { tls: true, settings: { CONSOLE: "on" } });
  const page = await browser.newPage({ baseURL: stack.url, reducedMotion: "reduce" });
  page.context().setDefaultTimeout(patienceMs);
  await page.goto("/favicon.svg");
  await closeTour(page);
  const problems: string[] = [];
  const foreign: string[] = [];
  page.on("console", (line) => {
    if (line.type() === "error" && !expected.test(line.text())) problems.push(line.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    // The browser's viewer of PDF loads its own parts, and an image can be in its URL.
    if (/^(?:http|ws)/.test(protocol) && origin !== stack.url) foreign.push(request.url());
  });
  const close = async () => {
    await browser.close();
    await stack.close();
  };
  return { stack, browser, page, problems, foreign, close };
}
