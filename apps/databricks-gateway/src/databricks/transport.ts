import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";
import { type Dispatcher, Pool } from "undici";

export interface OutgoingRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Percent-encoded, with its query; sent verbatim. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable | undefined;
  /** Ends the call at once, body included; its reason, an OperationError, is what the caller gets. */
  readonly signal: AbortSignal;
  /** The body of the request or of the reply is a file's bytes. */
  readonly bytes?: boolean;
}

interface TextRequest extends OutgoingRequest {
  readonly body?: string | undefined;
  readonly textBytesMax: (status: number) => number;
}

export interface IncomingReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Reads from the socket only as fast as it is read; to destroy it closes the socket. */
  readonly body: Readable;
}

/** A reply that is read already, because it is for us and not for the caller. */
export interface TextReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty when the body of an error broke off: it is still the error that its status says. */
  readonly text: string;
  /** False: there was more than `textBytesMax`, and the connection was given up. */
  readonly whole: boolean;
}

/** HTTP to one origin and to no other: it follows no redirect and has no proxy. */
export interface Transport {
  readonly origin: string;
  /** The reply whatever its status. Throws an OperationError: UPSTREAM_UNREACHABLE or the signal's reason. */
  send(request: OutgoingRequest): Promise<IncomingReply>;
  /** The same with the body as text, of which `textBytesMax` says how much is read. Half the cost of a stream. */
  exchange(request: TextRequest): Promise<TextReply>;
  close(): Promise<void>;
}

// One process serves at most this many calls at a time; more wait in the pool until their own deadline.
const connectionsMax = 256;
const connectTimeoutMs = 10_000;
// undici raises its own timers a second late at worst; every call has a deadline of ours, so they are off.
const noTimeout = 0;

/**
 * All requests share two keep-alive pools (the SDK opens sockets of its own for every client, docs/sdk-transport.md, SDK 15): one for
 * calls and one for bytes, so that slow readers of files never hold the connections that short calls need.
 */
export function createTransport(origin: string): Transport {
  const newPool = () =>
    new Pool(origin, {
      connections: connectionsMax,
      pipelining: 1,
      // To abort a request must close its socket, and a paused reader must pause the sender: so on HTTP/1.1 only.
      allowH2: false,
      headersTimeout: noTimeout,
      bodyTimeout: noTimeout,
      // Explicit, so that neither the SDK's default (docs/sdk-transport.md, SDK 1) nor NODE_TLS_REJECT_UNAUTHORIZED=0 turns it off.
      connect: { rejectUnauthorized: true, timeout: connectTimeoutMs },
    });
  const calls = newPool();
  const bytes = newPool();
  return {
    origin,
    send: (request) => repeated(request, () => sendOnce(request.bytes ? bytes : calls, request)),
    exchange: (request) => repeated(request, () => exchangeOnce(calls, request)),
    close: async () => {
      await Promise.all([calls.destroy(), bytes.destroy()]);
    },
  };
}

async function repeated<Reply>(request: OutgoingRequest, once: () => Promise<Reply>): Promise<Reply> {
  try {
    return await once();
  } catch (error) {
    if (!isRepeatable(request, error)) throw toConnectionError(error, request.signal);
  }
  // A connection that broke before any reply, most often a kept-alive one that the other side had just closed: a
  // request that changes nothing is repeated, once.
  try {
    return await once();
  } catch (error) {
    throw toConnectionError(error, request.signal);
  }
}

async function sendOnce(pool: Pool, request: OutgoingRequest): Promise<IncomingReply> {
  const { method, path, headers, body, signal } = request;
  const reply = await pool.request({ method, path, headers, body: body ?? null, signal });
  return { status: reply.statusCode, headers: reply.headers, body: reply.body };
}

/** A body that broke off, which is nothing to be repeated for: the request was answered. */
class BrokenBody extends Error {}

/** By undici's `dispatch`: its `request` makes a stream for every body, which costs as much as all the rest. */
async function exchangeOnce(pool: Pool, request: TextRequest): Promise<TextReply> {
  const { method, path, headers, body, signal, textBytesMax } = request;
  const { promise, resolve, reject } = Promise.withResolvers<TextReply>();
  let controller: Dispatcher.DispatchController | undefined;
  let stop: Error | undefined;
  let status = 0;
  let replyHeaders: IncomingHttpHeaders = {};
  let bytesMax = 0;
  let bytes = 0;
  const chunks: Buffer[] = [];
  const end = (reason: Error) => {
    stop = reason;
    controller?.abort(reason);
  };
  const onAbort = () => {
    end(signal.reason as Error);
    reject(signal.reason as Error);
  };
  const settle = (text: string, whole: boolean) => {
    signal.removeEventListener("abort", onAbort);
    resolve({ status, headers: replyHeaders, text, whole });
  };
  if (signal.aborted) throw signal.reason;
  signal.addEventListener("abort", onAbort, { once: true });
  pool.dispatch(
    { method, path, headers, body: body ?? null },
    {
      onRequestStart(started) {
        controller = started;
        // It was given up while it waited for a connection.
        if (stop) started.abort(stop);
      },
      onResponseStart(_controller, statusCode, given) {
        status = statusCode;
        replyHeaders = given;
        bytesMax = textBytesMax(status);
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= bytesMax || stop) return;
        settle(Buffer.concat(chunks).toString("utf8", 0, bytesMax), false);
        end(new Error("the body is too large"));
      },
      onResponseEnd() {
        const [first] = chunks;
        const whole = chunks.length === 1 && first ? first : Buffer.concat(chunks);
        settle(whole.toString("utf8"), true);
      },
      onResponseError(_controller, error) {
        signal.removeEventListener("abort", onAbort);
        if (status >= 400 && !signal.aborted) settle("", true);
        else reject(status === 0 ? error : new BrokenBody(error.message, { cause: error }));
      },
    },
  );
  return promise;
}

function isRepeatable(request: OutgoingRequest, error: unknown): boolean {
  const brokenCodes = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];
  const broken = error instanceof Error && "code" in error && brokenCodes.includes(String(error.code));
  return broken && !request.signal.aborted && (request.method === "GET" || request.method === "HEAD");
}

/** What a caller gets for an error below HTTP. */
export function toConnectionError(error: unknown, signal: AbortSignal): OperationError {
  if (signal.aborted && signal.reason instanceof OperationError) return signal.reason;
  if (error instanceof OperationError) return error;
  return new OperationError("UPSTREAM_UNREACHABLE", "Databricks could not be reached.", { cause: error });
}
