import { FrontDoorError } from "./front-door-error.ts";

const backOffMs = 300;
const waitMsMax = 30_000;

/**
 * Makes attempts until one succeeds. Another one follows only a failure that is `retryable`, at most `retries` times, and
 * after what `Retry-After` asks for. A wait of more than 30 s is left to the caller.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  retries: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let failures = 0; ; ) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof FrontDoorError) || !error.retryable || ++failures > retries) throw error;
      const waitMs = error.retryAfterMs ?? backOffMs * 2 ** failures * (0.5 + Math.random() / 2);
      if (waitMs > waitMsMax) throw error;
      await sleep(waitMs, signal);
    }
  }
}

/** Rejects with the signal's reason as soon as it is aborted. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
