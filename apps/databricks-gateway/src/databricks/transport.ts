import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import { exchange, type Progress, type Reply, type ReplyHead } from "./exchange.ts";
import { openPool } from "./open-pool.ts";
import { toTransportError } from "./transport-error.ts";
import { untilAborted } from "./until-aborted.ts";

interface OutgoingRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Percent-encoded, with its query. Sent verbatim. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable | undefined;
  /** Ends the call, including its body. The call throws the signal's reason, an OperationError. */
  readonly signal: AbortSignal;
  /** What it shares connections with. Default: calls. */
  readonly pool?: PoolName;
}

/** Short calls, the bytes of files, and the calls of models. */
type PoolName = "calls" | "bytes" | "models";

export interface ShortRequest extends OutgoingRequest {
  readonly body?: string | undefined;
  /** The most bytes of the reply's body that are read. */
  readonly bytesMax: (status: number) => number;
}

export interface OpenReply extends ReplyHead {
  /** Applies backpressure to the socket. Destroying it closes the socket. */
  readonly body: Readable;
}

/** HTTP to one workspace only, through its proxy if it has one. Follows no redirects. */
export interface Transport {
  readonly origin: string;
  /**
   * The reply with any status. Throws UPSTREAM_UNREACHABLE, UPSTREAM_INVALID_RESPONSE or the signal's reason, marked
   * `surelyNotRun` if nothing of the request was sent.
   */
  send(request: OutgoingRequest): Promise<OpenReply>;
  /** The same with the body read, at half the cost of a stream. */
  exchange(request: ShortRequest): Promise<Reply>;
  close(): Promise<void>;
}

// More calls than this wait in the pool until their deadline.
const connectionsMax = 256;

/**
 * All requests share three keep-alive pools, where the SDK opens new sockets for each client (docs/sdk-transport.md, SDK 15).
 * One is for calls, one for bytes and one for models, so that slow readers of files and models that take minutes never hold the
 * connections of others.
 */
export function createTransport(address: WorkspaceAddress): Transport {
  const { origin } = address;
  // Every call has a deadline of ours, and undici's timers can be a second late, so they are off.
  const newPool = () => openPool(address, { connections: connectionsMax, replyMs: 0 });
  const [calls, bytes, models] = [newPool(), newPool(), newPool()];
  const noticed: Readonly<Record<PoolName, Dispatcher>> = {
    calls: calls.compose(noticeStart),
    bytes: bytes.compose(noticeStart),
    models: models.compose(noticeStart),
  };
  return {
    origin,
    send: (request) =>
      repeated(request, (progress) => {
        return sendOnce(noticed[request.pool ?? "calls"], request, progress);
      }),
    exchange: ({ bytesMax, ...request }) =>
      repeated(request, (progress) => {
        const { method, path, headers, body = null, signal } = request;
        return exchange(calls, { method, path, headers, body }, { progress, bytesMax, signal });
      }),
    close: async () => {
      await Promise.all([calls.destroy(), bytes.destroy(), models.destroy()]);
    },
  };
}

async function repeated<Answer>(
  request: OutgoingRequest,
  once: (progress: Progress) => Promise<Answer>,
): Promise<Answer> {
  const progress: Progress = { isSent: false, hasReply: false };
  try {
    return await once(progress).catch((error: unknown) => {
      // The connection broke before any reply, most often because the other side closed an idle one. A request that changes
      // nothing is repeated once.
      if (!progress.hasReply && isRepeatable(request, error)) return once(progress);
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
): Promise<OpenReply> {
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

function isRepeatable(request: OutgoingRequest, error: unknown): boolean {
  const brokenCodes = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];
  const broken = error instanceof Error && "code" in error && brokenCodes.includes(String(error.code));
  return broken && !request.signal.aborted && (request.method === "GET" || request.method === "HEAD");
}
