import type { IncomingHttpHeaders } from "node:http";

export interface BufferedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  /** The caller's own end: aborting it gives the exchange up at once. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange, waiting for a free connection included. */
  readonly deadlineMs?: number;
  /** What the exchange fails with when the deadline passes. */
  readonly onDeadline?: () => Error;
}

export interface Settle {
  readonly resolve: (reply: BufferedReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One request and its whole reply, which ends when `start` settles it, when the signal is aborted (rejects with its
 * reason) or when the deadline passes. In both these cases `giveUp`, which `start` returns, tells the other side.
 */
export function boundedExchange(
  { signal, deadlineMs, onDeadline }: ExchangeLimits,
  start: (settle: Settle) => (reason: Error) => void,
): Promise<BufferedReply> {
  return new Promise((resolve, reject) => {
    let giveUp: ((reason: Error) => void) | undefined;
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const abandon = (reason: Error) => {
      end();
      giveUp?.(reason);
      reject(reason);
    };
    const onAbort = () => abandon(abortReason(signal));
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => abandon(onDeadline?.() ?? new Error("deadline")), deadlineMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    giveUp = start({
      resolve: (reply) => {
        end();
        resolve(reply);
      },
      reject: (error) => {
        end();
        reject(error);
      },
    });
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("aborted");
}
