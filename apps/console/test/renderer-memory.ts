import { readFileSync } from "node:fs";
import { setInterval } from "node:timers/promises";
import type { Browser, CDPSession } from "playwright-core";

const intervalMs = 100;

/** The resident memory, in MiB, of the renderer that has grown most since, with its workers. Linux alone. */
export class RendererMemory {
  now = 0;
  peak = 0;
  readonly #session: CDPSession;
  readonly #before: ReadonlyMap<number, number>;
  readonly #end = new AbortController();

  static async watch(browser: Browser): Promise<RendererMemory> {
    const session = await browser.newBrowserCDPSession();
    const memory = new RendererMemory(session, await renderersOf(session));
    void memory.#watch();
    return memory;
  }

  private constructor(session: CDPSession, before: readonly number[]) {
    this.#session = session;
    this.#before = new Map(before.map((id) => [id, residentMebibytes(id)]));
  }

  stop(): void {
    this.#end.abort();
  }

  /** Ends without an error when it is stopped, or the browser closes. */
  async #watch(): Promise<void> {
    try {
      for await (const _ of setInterval(intervalMs, undefined, { signal: this.#end.signal })) {
        const sizes = (await renderersOf(this.#session)).map((id) => {
          const size = residentMebibytes(id);
          return { size, growth: size - (this.#before.get(id) ?? 0) };
        });
        const [grown] = sizes.toSorted((a, b) => b.growth - a.growth);
        this.now = Math.round(grown?.size ?? 0);
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
