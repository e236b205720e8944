import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, as a browser that asks nobody for anything by itself. */
export async function launchChromium(): Promise<Browser> {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args });
}
