import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import { type Progress, toTransportError } from "./transport-error.ts";
import { untilAborted } from "./until-aborted.ts";

interface OutgoingRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Percent-encoded, with its query. Sent verbatim. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable | undefined;
  /** Ends the call, including its body. The call throws the signal's reason, an OperationError. */
  readonly signal: AbortSignal;
  /** Whether the body of the request or of the reply is a file's bytes. */
  readonly bytes?: boolean;
}

export interface TextRequest extends OutgoingRequest {
  readonly body?: string | undefined;
  /** The longest text that is read. */
  readonly textBytesMax: (status: number) => number;
}

export interface IncomingReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Applies backpressure to the socket. Destroying it closes the socket. */
  readonly body: Readable;
}

/** A reply whose body has been read. */
export interface TextReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty if the body of an error broke off; the status still says what is wrong. */
  readonly text: string;
  /** False if the text was longer than `textBytesMax`; the connection was closed. */
  readonly whole: boolean;
}

/** HTTP to one workspace only, through its proxy if it has one. Follows no redirects. */
export interface Transport {
  readonly origin: string;
  /**
   * The reply with any status. Throws UPSTREAM_UNREACHABLE, UPSTREAM_INVALID_RESPONSE or the signal's reason, marked
   * `surelyNotRun` if nothing of the request was sent.
   */
  send(request: OutgoingRequest): Promise<IncomingReply>;
  /** The same with the body as text, at half the cost of a stream. */
  exchange(request: TextRequest): Promise<TextReply>;
  close(): Promise<void>;
}

// More calls than this wait in the pool until their deadline.
const connectionsMax = 256;
const connectTimeoutMs = 10_000;
// Every call has a deadline of ours, and undici's timers can be a second late, so they are off.
const noTimeout = 0;

/** Tells apart the workspaces behind one host (docs/databricks.md, "Identity"). */
const orgIdHeader = "x-databricks-org-id";

/**
 * All requests share two keep-alive pools, where the SDK opens new sockets for each client (docs/sdk-transport.md, SDK 15).
 * One is for calls and one for bytes, so that slow readers of files never hold the connections of short calls.
 */
export function createTransport(address: WorkspaceAddress): Transport {
  const { origin } = address;
  const newPool = () => openPool(address);
  const calls = newPool();
  const bytes = newPool();
  const [noticedCalls, noticedBytes] = [calls.compose(noticeStart), bytes.compose(noticeStart)];
  return {
    origin,
    send: (request) =>
      repeated(request, (progress) => {
        return sendOnce(request.bytes ? noticedBytes : noticedCalls, request, progress);
      }),
    exchange: (request) => repeated(request, (progress) => exchangeOnce(calls, request, progress)),
    close: async () => {
      await Promise.all([calls.destroy(), bytes.destroy()]);
    },
  };
}

/** Keep-alive connections to one workspace, at most 256. Without time limits, unless `timeouts` sets them. */
export function openPool(
  { origin, workspaceId, proxy }: WorkspaceAddress,
  timeouts: Pick<Pool.Options, "headersTimeout" | "bodyTimeout" | "keepAliveTimeout"> = {},
): Dispatcher {
  const options = {
    connections: connectionsMax,
    pipelining: 1,
    // Only on HTTP/1.1 does aborting a request close its socket, and a paused reader pause the sender.
    allowH2: false,
    headersTimeout: noTimeout,
    bodyTimeout: noTimeout,
    ...timeouts,
  };
  // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not turn it off.
  const tls = { rejectUnauthorized: true, timeout: connectTimeoutMs };
  const pool =
    proxy === undefined
      ? new Pool(origin, { ...options, connect: tls })
      : new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls: tls });
  if (workspaceId === undefined && proxy === undefined) return pool;
  const orgId = workspaceId === undefined ? {} : { [orgIdHeader]: workspaceId };
  return pool.compose((dispatch) => (request, handler) => {
    // A proxy agent has no origin of its own.
    const headers = { ...(request.headers as Record<string, string>), ...orgId };
    return dispatch({ ...request, origin, headers }, handler);
  });
}

async function repeated<Reply>(
  request: OutgoingRequest,
  once: (progress: Progress) => Promise<Reply>,
): Promise<Reply> {
  const progress: Progress = { isSent: false, hasReply: false };
  try {
    return await once(progress).catch((error: unknown) => {
      // The connection broke before any reply, most often because the other side closed an idle one. A request that changes
      // nothing is repeated once.
      if (isRepeatable(request, error)) return once(progress);
      throw error;
    });
  } catch (error) {
    throw toTransportError(error, request.signal, progress);
  }
}

/** What a request through {@link noticeStart} brings besides undici's own options. */
interface Noticed {
  readonly progress: Progress;
}

/** undici calls `onRequestStart` when it is about to write the request to a connected socket, and `request()` hides it. */
const noticeStart: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { progress } = options as Dispatcher.DispatchOptions & Noticed;
  const start = handler.onRequestStart?.bind(handler);
  handler.onRequestStart = (controller, context) => {
    progress.isSent = true;
    start?.(controller, context);
  };
  return dispatch(options, handler);
};

async function sendOnce(
  dispatcher: Dispatcher,
  request: OutgoingRequest,
  progress: Progress,
): Promise<IncomingReply> {
  const { method, path, headers, body, signal } = request;
  const options: Dispatcher.RequestOptions & Noticed = {
    method,
    path,
    headers,
    body: body ?? null,
    signal,
    progress,
  };
  // undici heeds the signal only once a connection is free.
  const reply = await untilAborted(dispatcher.request(options), signal);
  return { status: reply.statusCode, headers: reply.headers, body: reply.body };
}

/** Uses undici's `dispatch`, since its `request` makes a stream for every body, which costs as much as everything else. */
async function exchangeOnce(pool: Dispatcher, request: TextRequest, progress: Progress): Promise<TextReply> {
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
        // It was aborted while it waited for a connection.
        if (stop) started.abort(stop);
        else progress.isSent = true;
      },
      onResponseStart(_controller, statusCode, given) {
        status = statusCode;
        progress.hasReply = true;
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
        // Without undici's code it is not repeated: Databricks has handled the request.
        else reject(status === 0 ? error : new Error(error.message, { cause: error }));
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
