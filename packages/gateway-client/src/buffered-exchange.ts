import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { type BufferedReply, boundedExchange, type ExchangeLimits } from "./bounded-exchange.ts";

/**
 * One request and its whole reply in memory, by undici's `dispatch`: about a quarter faster than `request` for small
 * replies. An abort or the deadline destroys the connection without a clean end, so that the gateway sees that nobody
 * waits any more. Rejects with undici's errors, the signal's reason or the deadline's error.
 */
export function exchangeBuffered(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<BufferedReply> {
  return boundedExchange(limits, ({ resolve, reject }) => {
    let stop: Error | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
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
        resolve({ status, headers, body: chunks.length === 1 && first ? first : Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        reject(error);
      },
    });
    return (reason) => {
      stop = reason;
      controller?.abort(reason);
    };
  });
}
