import { readFileSync } from "node:fs";
import { setInterval } from "node:timers/promises";
import type { Browser, CDPSession } from "playwright-core";

const intervalMs = 100;

/** The resident memory, in MiB, of the largest renderer that was not there before, with its workers. Linux alone. */
export class RendererMemory {
  now = 0;
  peak = 0;
  readonly #session: CDPSession;
  readonly #before: ReadonlySet<number>;
  readonly #end = new AbortController();

  static async watch(browser: Browser): Promise<RendererMemory> {
    const session = await browser.newBrowserCDPSession();
    const memory = new RendererMemory(session, await renderersOf(session));
    void memory.#watch();
    return memory;
  }

  private constructor(session: CDPSession, before: readonly number[]) {
    this.#session = session;
    this.#before = new Set(before);
  }

  stop(): void {
    this.#end.abort();
  }

  /** Ends without an error when it is stopped, or the browser closes. */
  async #watch(): Promise<void> {
    try {
      for await (const _ of setInterval(intervalMs, undefined, { signal: this.#end.signal })) {
        const renderers = await renderersOf(this.#session);
        const sizes = renderers.filter((id) => !this.#before.has(id)).map(residentMebibytes);
        this.now = Math.round(Math.max(0, ...sizes));
        this.peak = Math.max(this.peak, this.now);
      }
    } catch {
      this.#end.abort();
    }
  }
}

async function renderersOf(session: CDPSession): Promise<number[]> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/** 0 for a process that has ended. */
function residentMebibytes(id: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
