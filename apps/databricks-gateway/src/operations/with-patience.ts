import { setTimeout as sleep } from "node:timers/promises";
import { OperationError } from "@front-door/operations";

const pauseMsMax = 60_000;

/**
 * Repeats `work` while Databricks is too busy. For what is half done and cannot be handed back to the caller to try again. The
 * wait ends with the signal. A wait of more than a minute is not begun.
 */
export async function withPatience<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const busy = error instanceof OperationError && (error.status === 429 || error.status === 503);
      const pauseMs = busy ? (error.retryAfterSeconds ?? 1) * 1000 : 0;
      if (!busy || pauseMs > pauseMsMax) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** Throws the signal's reason if it is aborted first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
