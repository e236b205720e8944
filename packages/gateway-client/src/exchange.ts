import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, errors } from "undici";

export interface BufferedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  /** Aborting it breaks the exchange off at once. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange, including the wait for a free connection. */
  readonly deadlineMs?: number;
}

/**
 * Sends a request and reads the whole reply into memory. An abort or the deadline closes the connection, so the gateway
 * sees that nobody waits any more. Rejects with undici's errors (its timeouts for the deadline) or the signal's reason. It
 * uses undici's `dispatch`, because the stream that `request` makes costs as much as the rest of a small exchange.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { signal, deadlineMs }: ExchangeLimits,
): Promise<BufferedReply> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let controller: Dispatcher.DispatchController | undefined;
    let abandoned: Error | undefined;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    const abandon = (reason: Error) => {
      abandoned = reason;
      controller?.abort(reason);
      fail(reason);
    };
    const onAbort = () => abandon(signal?.reason as Error);
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => abandon(late(controller !== undefined)), deadlineMs);
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        // It was abandoned while it waited for a connection.
        if (abandoned) started.abort(abandoned);
      },
      onResponseStart(_controller, statusCode, replyHeaders) {
        status = statusCode;
        headers = replyHeaders;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        settle();
        const [first] = chunks;
        resolve({ status, headers, body: chunks.length === 1 && first ? first : Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        fail(error);
      },
    });
  });
}

/** Before a request starts, nothing of it is sent. */
function late(isStarted: boolean): Error {
  return isStarted
    ? new errors.HeadersTimeoutError("the deadline passed")
    : new errors.ConnectTimeoutError("the deadline passed before there was a connection");
}
