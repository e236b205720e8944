import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";
import { Pool } from "undici";

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

export interface IncomingReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Reads from the socket only as fast as it is read; to destroy it closes the socket. */
  readonly body: Readable;
}

/** HTTP to one origin and to no other: it follows no redirect and has no proxy. */
export interface Transport {
  readonly origin: string;
  /** The reply whatever its status. Throws an OperationError: UPSTREAM_UNREACHABLE or the signal's reason. */
  send(request: OutgoingRequest): Promise<IncomingReply>;
  close(): Promise<void>;
}

// One process serves at most this many calls at a time; more wait in the pool until their own deadline.
const connectionsMax = 256;
const connectTimeoutMs = 10_000;
// undici raises its own timers a second late at worst; every call has a deadline of ours, so they are off.
const noTimeout = 0;

/**
 * All requests share two keep-alive pools (the SDK opens sockets of its own for every client, sdk-traps 15): one for
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
      // Explicit, so that neither the SDK's default (sdk-traps 1) nor NODE_TLS_REJECT_UNAUTHORIZED=0 turns it off.
      connect: { rejectUnauthorized: true, timeout: connectTimeoutMs },
    });
  const calls = newPool();
  const bytes = newPool();
  return {
    origin,
    send: (request) => send(request.bytes ? bytes : calls, request),
    close: async () => {
      await Promise.all([calls.destroy(), bytes.destroy()]);
    },
  };
}

async function send(pool: Pool, request: OutgoingRequest): Promise<IncomingReply> {
  try {
    return await sendOnce(pool, request);
  } catch (error) {
    if (!isRepeatable(request, error)) throw toConnectionError(error, request.signal);
  }
  // A connection that broke before any reply, most often a kept-alive one that the other side had just closed: a
  // request that changes nothing is repeated, once.
  try {
    return await sendOnce(pool, request);
  } catch (error) {
    throw toConnectionError(error, request.signal);
  }
}

async function sendOnce(pool: Pool, request: OutgoingRequest): Promise<IncomingReply> {
  const { method, path, headers, body, signal } = request;
  const reply = await pool.request({ method, path, headers, body: body ?? null, signal });
  return { status: reply.statusCode, headers: reply.headers, body: reply.body };
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
