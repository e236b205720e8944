import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

export interface BufferedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  /** The caller's own end: aborting it cuts the request's connection at once. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange, waiting for a free connection included. */
  readonly deadlineMs?: number;
  /** What the exchange fails with when the deadline passes. */
  readonly onDeadline?: () => Error;
}

/**
 * One request and its whole reply in memory, by undici's `dispatch`: about a quarter faster than `request` for small
 * replies. An abort or the deadline destroys the connection without a clean end, so that the gateway sees that nobody
 * waits any more. Rejects with undici's errors, the signal's reason or the deadline's error.
 */
export function exchangeBuffered(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { signal, deadlineMs, onDeadline }: ExchangeLimits,
): Promise<BufferedReply> {
  return new Promise((resolve, reject) => {
    let stop: Error | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];

    const abandon = (reason: Error) => {
      stop = reason;
      controller?.abort(reason);
      settle(() => reject(reason));
    };
    const onAbort = () => abandon(abortReason(signal));
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => abandon(onDeadline?.() ?? new Error("deadline")), deadlineMs);
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      how();
    };

    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        // The request was given up while it waited for a connection.
        if (stop) started.abort(stop);
      },
      onResponseStart(_controller, statusCode, replyHeaders) {
        status = statusCode;
        headers = replyHeaders;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        const [first] = chunks;
        const body = chunks.length === 1 && first ? first : Buffer.concat(chunks);
        settle(() => resolve({ status, headers, body }));
      },
      onResponseError(_controller, error) {
        settle(() => reject(stop ?? error));
      },
    });
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("aborted");
}
