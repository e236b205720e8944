import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Debian's. Where it is missing, tests in a browser are skipped. */
export const chromiumPath = "/usr/bin/chromium";
export const hasChromium = existsSync(chromiumPath);

/** A browser that asks nobody for anything by itself. */
export async function launchChromium(): Promise<Browser> {
  // Large, and most workers have no test that needs it.
  const { chromium } = await import("playwright-core");
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath: chromiumPath, args });
}
