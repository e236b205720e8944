import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

/** How far a request came, for what its failure means. */
export interface Progress {
  /** Whether undici began to write it to a connected socket. Before that, Databricks cannot have seen anything of it. */
  isSent: boolean;
  /** Whether the head of the reply has arrived. */
  hasReply: boolean;
}

export interface ReplyHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A reply whose body has been read. */
export interface Reply extends ReplyHead {
  /** Of an error whose body broke off, what has come of it; the status still says what is wrong. */
  readonly body: Buffer;
  /** False if the body was longer than `bytesMax`: then these are its first bytes, and the connection was closed. */
  readonly isWhole: boolean;
}

interface ExchangeOptions {
  readonly progress: Progress;
  /** The most bytes of a body that are read. */
  readonly bytesMax: (status: number) => number;
  /** The body pauses once more than `bytes` have come, until `more` resolves. If it rejects, so does the exchange. */
  readonly room?: { readonly bytes: number; readonly more: () => Promise<void> };
  /** Aborting it breaks the exchange off at once. */
  readonly signal?: AbortSignal;
}

/** An error's body is not worth a long wait: its status says what is wrong. */
const errorBodyMs = 1_000;

/**
 * The reply with any final status. Rejects with undici's error or the signal's reason, and keeps `progress` up to date. Uses
 * undici's `dispatch`, since its `request` makes a stream for every body, which costs as much as everything else.
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { progress, bytesMax, room, signal }: ExchangeOptions,
): Promise<Reply> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  let controller: Dispatcher.DispatchController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let head: ReplyHead = { status: 0, headers: {} };
  let bytes = 0;
  const chunks: Buffer[] = [];
  const onAbort = () => {
    reject(signal?.reason as Error);
    controller?.abort(signal?.reason as Error);
  };
  const settle = (body: Buffer, isWhole = true) => resolve({ ...head, body, isWhole });
  const pause = (started: Dispatcher.DispatchController, until: Promise<void>) => {
    started.pause();
    until.then(
      () => started.resume(),
      (error: Error) => {
        reject(error);
        started.abort(error);
      },
    );
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  dispatcher.dispatch(request, {
    onRequestStart(started) {
      controller = started;
      // It was aborted while it waited for a connection.
      if (signal?.aborted) started.abort(signal.reason as Error);
      else progress.isSent = true;
    },
    onResponseStart(started, status, headers) {
      if (status < 200) return;
      progress.hasReply = true;
      head = { status, headers };
      if (isError(status)) timer = setTimeout(() => started.abort(new Error("it does not end")), errorBodyMs);
    },
    onResponseData(started, chunk) {
      const before = bytes;
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= bytesMax(head.status)) {
        if (room !== undefined && before <= room.bytes && bytes > room.bytes) pause(started, room.more());
        return;
      }
      settle(joined(chunks).subarray(0, bytesMax(head.status)), false);
      started.abort(new Error("the body is too large"));
    },
    onResponseEnd: () => settle(joined(chunks)),
    onResponseError: (_controller, error) => (isError(head.status) ? settle(joined(chunks)) : reject(error)),
  });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  });
}

/** Whether the status alone says what is wrong: only a 200 has its answer in the body. */
function isError(status: number): boolean {
  return status > 200;
}

/** Without a copy of a body that came in one piece, as most do. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}
