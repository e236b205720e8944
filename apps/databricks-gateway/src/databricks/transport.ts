import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { WorkspaceAddress } from "../config/workspace-address.ts";
import { abandonBody } from "./discard-body.ts";
import { exchange, type Progress, type Reply, type ReplyHead } from "./exchange.ts";
import { openPool } from "./open-pool.ts";
import { proxyRefusal } from "./proxy-refusal.ts";
import { type Again, type FailedAttempt, reasonOfStatus, repeatCall } from "./repeat-call.ts";
import { retryAfterMs } from "./retry-after.ts";
import { RetryBudget } from "./retry-budget.ts";
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
  /** Many callers wait for the reply, each with a deadline of its own: 429 and 503 without `Retry-After` are passed on at once. */
  readonly isShared?: boolean;
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

/**
 * HTTP to one workspace only, through its proxy if it has one. Follows no redirects. A request that surely did not start, or
 * only reads, is sent again after a 429, a 503 or a connection that could not be made or broke, if the budget allows it.
 */
export interface Transport {
  readonly origin: string;
  /** Its retries, but for those of calls to models. */
  readonly budget: RetryBudget;
  /**
   * The reply with any status. Throws UPSTREAM_UNREACHABLE, UPSTREAM_INVALID_RESPONSE or the signal's reason, marked
   * `surelyNotRun` if nothing of the request was sent.
   */
  send(request: OutgoingRequest): Promise<OpenReply>;
  /** The same with the body read, at half the cost of a stream. */
  exchange(request: ShortRequest): Promise<Reply>;
  close(): Promise<void>;
}

/** Longer than this nobody waits for a call that its caller can send again: a later `Retry-After` is passed on. */
const repeatMsMax = 5_000;
const connectAttemptsMax = 3;
// More calls than this wait in the pool until their deadline.
const connectionsMax = 256;

/**
 * All requests share three keep-alive pools, where the SDK opens new sockets for each client (docs/sdk-transport.md, SDK 15).
 * One is for calls, one for bytes and one for models, so that slow readers of files and models that take minutes never hold the
 * connections of others.
 */
export function createTransport(address: WorkspaceAddress, budget = new RetryBudget()): Transport {
  const { origin } = address;
  // Every call has a deadline of ours, and undici's timers can be a second late, so they are off.
  const newPool = () => openPool(address, { connections: connectionsMax, replyMs: 0 });
  const [calls, bytes, models] = [newPool(), newPool(), newPool()];
  const noticed: Readonly<Record<PoolName, Dispatcher>> = {
    calls: calls.compose(noticeStart),
    bytes: bytes.compose(noticeStart),
    models: models.compose(noticeStart),
  };
  // Whoever owns a model can let it fail, and would take everybody's retries.
  const modelBudget = new RetryBudget();
  return {
    origin,
    budget,
    send: (request) =>
      repeated(request, request.pool === "models" ? modelBudget : budget, {
        once: (progress) => sendOnce(noticed[request.pool ?? "calls"], request, progress),
        drop: ({ body }) => abandonBody(body),
      }),
    exchange: ({ bytesMax, ...request }) =>
      repeated(request, budget, {
        once: (progress) => {
          const { method, path, headers, body = null, signal } = request;
          return exchange(calls, { method, path, headers, body }, { progress, bytesMax, signal });
        },
      }),
    close: async () => {
      await Promise.all([calls.destroy(), bytes.destroy(), models.destroy()]);
    },
  };
}

interface Attempts<Answer> {
  readonly once: (progress: Progress) => Promise<Answer>;
  /** Frees what a reply holds that nobody gets. */
  readonly drop?: (reply: Answer) => void;
}

/** A reply of 429 or 503. */
class Busy<Answer extends ReplyHead> extends Error {
  readonly reply: Answer;
  readonly retryAfterMs: number | undefined;

  constructor(reply: Answer) {
    super(`status ${reply.status}`);
    this.reply = reply;
    this.retryAfterMs = retryAfterMs(reply.headers["retry-after"]);
  }
}

async function repeated<Answer extends ReplyHead>(
  request: OutgoingRequest,
  budget: RetryBudget,
  { once, drop }: Attempts<Answer>,
): Promise<Answer> {
  const { path, signal } = request;
  let progress: Progress = { isSent: false, hasReply: false };
  let busy: Busy<Answer> | undefined;
  const attempt = async () => {
    if (busy !== undefined) drop?.(busy.reply);
    busy = undefined;
    progress = { isSent: false, hasReply: false };
    const reply = await once(progress);
    if (reply.status !== 429 && reply.status !== 503) return reply;
    busy = new Busy(reply);
    throw busy;
  };
  const again: Again = (failure, nth) => whenRepeated(request, failure, progress, nth);
  const patience = { signal, endsAt: performance.now() + repeatMsMax };
  budget.earn();
  try {
    return await repeatCall(attempt, { again, describe, onEmptyBudget: "fail", budget, path }, patience);
  } catch (error) {
    if (busy !== undefined) return busy.reply;
    throw toTransportError(error, signal, progress);
  }
}

function whenRepeated(
  { method, body, isShared = false }: OutgoingRequest,
  failure: unknown,
  { isSent, hasReply }: Progress,
  attempt: number,
): ReturnType<Again> {
  // The bytes of a file cannot be sent again.
  if (body !== undefined && typeof body !== "string") return undefined;
  const reads = method === "GET" || method === "HEAD";
  if (failure instanceof Busy) {
    return failure.retryAfterMs !== undefined || (reads && !isShared) ? "later" : undefined;
  }
  if (!isSent) return attempt < connectAttemptsMax && isPassing(failure) ? "later" : undefined;
  // Most often because the other side closed an idle connection.
  return reads && !hasReply && isBroken(failure) && attempt === 1 ? "now" : undefined;
}

function describe(failure: unknown): FailedAttempt {
  if (!(failure instanceof Busy)) return { reason: "connection", retryAfterMs: undefined };
  return { reason: reasonOfStatus(failure.reply.status), retryAfterMs: failure.retryAfterMs };
}

/** A proxy that refuses its password would lock the account. */
function isPassing(failure: unknown): boolean {
  return proxyRefusal(failure)?.retryable !== false;
}

function isBroken(failure: unknown): boolean {
  const brokenCodes = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];
  return failure instanceof Error && "code" in failure && brokenCodes.includes(String(failure.code));
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
