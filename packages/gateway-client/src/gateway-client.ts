import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import {
  type AllowedOperations,
  allowedOperations,
  type FrontDoorOperation,
  gatewayHeader,
  isIdempotent,
  OperationError,
  type OperationName,
  type OperationParams,
  type OperationResult,
  type Operations,
  operations,
  type SessionOperation,
  type SessionParams,
  type SessionResult,
  sessionOperations,
} from "@front-door/operations";
import type { FairLimit } from "@front-door/service-runtime";
import { Pool } from "undici";
import { type BufferedReply, exchange } from "./exchange.ts";
import { fairLimitOf } from "./fair-limit-of.ts";
import { isGatewayAbsent, parseJson, toGatewayFailure, toOperationError } from "./gateway-failure.ts";
import { GatewayPresence } from "./gateway-presence.ts";
import { inTime } from "./in-time.ts";
import {
  allowedOperationsRequest,
  authorizeRequest,
  type CallOptions,
  type GatewayRequest,
  runRequest,
  type UploadBody,
  withTimeLeft,
} from "./run-request.ts";
import { sendPatiently } from "./send-patiently.ts";

type OperationOf<Kind> = {
  [Name in OperationName]: Operations[Name]["transfer"] extends Kind ? Name : never;
}[OperationName];

export type JsonOperationName = OperationOf<"json">;
type UploadName = OperationOf<"upload">;
type StreamName = OperationOf<"download" | "stream" | "events">;

export interface GatewayClientOptions {
  /** Like `http://127.0.0.1:3002`. */
  readonly origin: string;
  /** The shared secret of this installation. */
  readonly secret: string;
  /** The gateway's Unix socket, used instead of the origin's port. */
  readonly socketPath?: string | undefined;
  /** The most files, and the most queries, at once. More wait for their turn. Default: 256. */
  readonly streamsMax?: number;
  /** The most other calls at once. One more is refused at once. Default: 256. */
  readonly callsMax?: number;
  /** How much of each of these limits one caller may have, in percent. Default: 80. */
  readonly callerSharePercent?: number;
  /** How long after it stopped listening requests wait for the gateway, in milliseconds. Default: 15 s. */
  readonly reconnectMs?: number;
}

/** A reply whose body is passed on as it arrives. */
export interface StreamedReply {
  /** 200, 206, 304, 412 or 416. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Destroy it, or read it to its end: it holds a connection. */
  readonly body: Readable;
}

// The gateway's own 504 says more, so it gets time to arrive.
const deadlineSlackMs = 2_000;
const connectTimeoutMs = 500;
/** A gateway that is replaced lets its requests end, for 8 s, and the next one takes a few seconds to start on a busy machine. */
const reconnectMsDefault = 15_000;
/** A gateway that stops waits so long, and a little more, for its idle connections to be closed from here. */
const idleConnectionMs = 1_000;
const turnWaitMs = 5_000;
const healthTimeoutMs = 900;
const readyTimeoutMs = 5_000;
const deepReadyTimeoutMs = 30_000;
/** A sign-in asks Databricks for its endpoints, for a token and for whose it is. */
const sessionTimeoutMs = 30_000;
/** Where a deadline of ours bounds the whole exchange, undici's own timers are off. */
const untimed = { headersTimeout: 0, bodyTimeout: 0 };
const streamedStatuses = new Set([200, 206, 304, 412, 416]);

/**
 * Runs operations by `POST /run` of the gateway. Every method fails with an {@link OperationError} that is fit for the
 * caller, or with a defect of ours. One client per process: it owns the connections. Calls, files and queries are limited
 * separately and every request has a connection to itself, so slow readers never hold up short calls or health checks.
 */
export class GatewayClient {
  readonly #secret: string;
  readonly #pool: Pool;
  /** For questions about the gateway's health, which do not wait for it. */
  readonly #probes: Pool;
  readonly #presence: GatewayPresence;
  readonly #callLimit: FairLimit;
  readonly #fileLimit: FairLimit;
  readonly #queryLimit: FairLimit;

  constructor({ origin, secret, socketPath, ...limits }: GatewayClientOptions) {
    const { streamsMax = 256, callsMax = 256, callerSharePercent: sharePercent = 80 } = limits;
    const { reconnectMs: waitMs = reconnectMsDefault } = limits;
    this.#secret = secret;
    const connect = { timeout: connectTimeoutMs, ...(socketPath === undefined ? {} : { socketPath }) };
    const pool = {
      connections: null,
      // A slow reply would hold up those behind it on its connection.
      pipelining: 1,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
    };
    this.#pool = new Pool(origin, { ...pool, connect });
    this.#probes = new Pool(origin, { ...pool, connect });
    const listens = () =>
      this.health().then(
        () => true,
        (error: Error) => !isGatewayAbsent(error.cause),
      );
    const presence = new GatewayPresence({ listens, waitMs });
    this.#pool.on("connect", () => presence.seen());
    this.#presence = presence;
    // A queue in front of a busy service makes every caller as slow as the last one in it, so calls do not wait.
    this.#callLimit = fairLimitOf("calls", { max: callsMax, sharePercent });
    const bounds = { max: streamsMax, sharePercent, waitingMax: 4 * streamsMax, waitMs: turnWaitMs };
    this.#fileLimit = fairLimitOf("files", bounds);
    this.#queryLimit = fairLimitOf("queries", bounds);
  }

  /** How much of each limit is in use now. */
  limits(): Readonly<Record<"calls" | "files" | "queries", Pick<FairLimit, "used" | "max" | "waiting">>> {
    return { calls: this.#callLimit, files: this.#fileLimit, queries: this.#queryLimit };
  }

  /** Throws TEMPORARILY_UNAVAILABLE (503) when a call would be refused now. */
  checkRoomForCalls(): void {
    this.#callLimit.check();
  }

  /** Runs an operation and reads its reply. */
  async call<Name extends JsonOperationName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<OperationResult<Name>> {
    return readResult(name, await this.callForBytes(name, params, options));
  }

  /** Runs an operation and returns its JSON as the bytes that arrived, for a caller that only passes them on. */
  async callForBytes<Name extends JsonOperationName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Buffer> {
    const caller = countedAs(options);
    await this.#callLimit.enter(caller);
    const timeoutMs = shorter(operations[name].timeoutMs, options);
    const idempotent = () => isIdempotent(operations[name], params);
    const request = runRequest(this.#secret, name, params, options);
    const deadline = performance.now() + timeoutMs + deadlineSlackMs;
    const attempt = () =>
      this.#exchange(withTimeLeft(request, options), deadline - performance.now(), options);
    try {
      return successBody(await this.#send(attempt, options, idempotent));
    } catch (error) {
      throw toGatewayFailure(error, { timeoutMs, signal: options.signal, idempotent });
    } finally {
      this.#callLimit.leave(caller);
    }
  }

  /**
   * Runs an operation whose reply is a file, or rows that are sent while Databricks returns them. It counts against its limit
   * until the body is read to its end, or destroyed.
   */
  async stream<Name extends StreamName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<StreamedReply> {
    const limit = operations[name].transfer === "download" ? this.#fileLimit : this.#queryLimit;
    const caller = countedAs(options);
    await turn(limit, caller, options);
    const timeoutMs = shorter(timeoutMsOf(name, params), options);
    const idempotent = () => isIdempotent(operations[name], params);
    const request = runRequest(this.#secret, name, params, options);
    const attempt = () =>
      this.#pool.request({
        ...withTimeLeft(request, options),
        ...pauseLimits(timeoutMs),
        signal: options.signal ?? null,
      });
    try {
      const { statusCode, headers, body } = await this.#send(attempt, options, idempotent);
      if (!streamedStatuses.has(statusCode)) {
        throw toOperationError({ status: statusCode, headers, body: Buffer.from(await body.bytes()) });
      }
      body.once("close", () => limit.leave(caller));
      // It can break, or be given up, before anybody listens: the error would end the process.
      body.on("error", () => undefined);
      return { status: statusCode, headers, body };
    } catch (error) {
      limit.leave(caller);
      throw toGatewayFailure(error, { timeoutMs, signal: options.signal, idempotent });
    }
  }

  /** Streams `body` with back-pressure. Never repeated. */
  async upload<Name extends UploadName>(
    name: Name,
    params: OperationParams<Name>,
    body: UploadBody,
    options: CallOptions,
  ): Promise<OperationResult<Name>> {
    const caller = countedAs(options);
    await turn(this.#fileLimit, caller, options);
    const timeoutMs = shorter(operations[name].timeoutMs, options);
    const request = runRequest(this.#secret, name, params, options, body);
    const attempt = () =>
      exchange(
        this.#pool,
        { ...withTimeLeft(request, options), ...pauseLimits(timeoutMs) },
        { signal: options.signal },
      );
    try {
      return readResult(name, successBody(await this.#send(attempt, options, never)));
    } catch (error) {
      const { isComplete = () => true } = body;
      const idempotent = () => !isComplete() || isIdempotent(operations[name], params);
      throw toGatewayFailure(error, { timeoutMs, signal: options.signal, idempotent });
    } finally {
      this.#fileLimit.leave(caller);
    }
  }

  /** Throws OPERATION_NOT_ALLOWED unless the gateway's policy allows what the front door is about to do itself. */
  async authorize(operation: FrontDoorOperation, options: CallOptions): Promise<void> {
    const request = authorizeRequest(this.#secret, operation, options);
    await this.#ask(request, readyTimeoutMs, options);
  }

  /** What the caller may run, as the gateway's policies say. A call can still be refused for what it touches. */
  async allowedOperations(options: CallOptions): Promise<AllowedOperations> {
    const request = allowedOperationsRequest(this.#secret, options);
    const result = allowedOperations.safeParse(parseJson(await this.#ask(request, readyTimeoutMs, options)));
    if (result.success) return result.data;
    throw new OperationError("UPSTREAM_INVALID_RESPONSE", "The gateway's list of operations is malformed.");
  }

  /** Signs people in and out at the gateway, and says who they are. Never repeated. */
  async session<Name extends SessionOperation>(
    name: Name,
    params: SessionParams<Name>,
    options: CallOptions,
  ): Promise<SessionResult<Name>> {
    const request = runRequest(this.#secret, name, params, options);
    const reply = await this.#ask(request, sessionTimeoutMs, options);
    const result = sessionOperations[name].result.safeParse(parseJson(reply));
    // As in `readResult`.
    if (result.success) return result.data as SessionResult<Name>;
    throw new OperationError("UPSTREAM_INVALID_RESPONSE", `The result of ${name} does not match its schema.`);
  }

  /** Resolves when the gateway process answers; fails within a second when it does not. */
  async health(): Promise<void> {
    await this.#probe("/health", healthTimeoutMs);
  }

  /** The gateway's own reply about its readiness, as bytes. With `deep` it asks Databricks. */
  ready({ deep = false, ...options }: CallOptions & { readonly deep?: boolean }): Promise<Buffer> {
    return deep
      ? this.#probe("/ready?deep=true", deepReadyTimeoutMs, options)
      : this.#probe("/ready", readyTimeoutMs, options);
  }

  /** Breaks off what is running and closes every connection. */
  async close(): Promise<void> {
    this.#presence.stop();
    await Promise.all([this.#pool.destroy(), this.#probes.destroy()]);
  }

  async #probe(path: string, deadlineMs: number, options: Partial<CallOptions> = {}): Promise<Buffer> {
    const { requestId, signal } = options;
    const headers = requestId === undefined ? {} : { [gatewayHeader.requestId]: requestId };
    try {
      const request = { path, method: "GET", headers, ...untimed } as const;
      return successBody(await exchange(this.#probes, request, { signal, deadlineMs }));
    } catch (error) {
      throw toGatewayFailure(error, { timeoutMs: undefined, signal, idempotent: always });
    }
  }

  /** What is no operation. Never repeated, once it was sent. */
  async #ask(request: GatewayRequest, deadlineMs: number, options: CallOptions): Promise<Buffer> {
    const attempt = () => this.#exchange(withTimeLeft(request, options), deadlineMs, options);
    try {
      return successBody(await this.#send(attempt, options, never));
    } catch (error) {
      throw toGatewayFailure(error, { timeoutMs: undefined, signal: options.signal, idempotent: always });
    }
  }

  #exchange(request: GatewayRequest, deadlineMs: number, { signal }: CallOptions): Promise<BufferedReply> {
    return exchange(this.#pool, { ...request, ...untimed }, { signal, deadlineMs });
  }

  #send<Reply>(
    attempt: () => Promise<Reply>,
    { signal, endsAt }: CallOptions,
    isRepeatable: () => boolean,
  ): Promise<Reply> {
    return sendPatiently(attempt, { presence: this.#presence, signal, endsAt, isRepeatable });
  }
}

const always = () => true;
const never = () => false;

/** Whose share of a limit the call takes. */
function countedAs(options: CallOptions): string {
  return options.countedAs ?? options.caller ?? "";
}

/** Waits for a place. Throws CANCELLED when the caller hangs up first, and DEADLINE_EXCEEDED when its time is over. */
async function turn(limit: FairLimit, caller: string, options: CallOptions): Promise<void> {
  try {
    await inTime(options, (signal) => limit.enter(caller, 1, signal));
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    throw new OperationError("CANCELLED", "The caller hung up before its turn came.");
  }
}

/** undici restarts these timers with each piece of a body, so they bound a pause and not the transfer. */
function pauseLimits(timeoutMs: number): { headersTimeout: number; bodyTimeout: number } {
  return { headersTimeout: timeoutMs + deadlineSlackMs, bodyTimeout: timeoutMs + deadlineSlackMs };
}

/** The limit, or what is left of the caller's time if that is less. */
function shorter(timeoutMs: number, { endsAt = Number.POSITIVE_INFINITY }: CallOptions): number {
  return Math.max(0, Math.min(timeoutMs, endsAt - performance.now()));
}

/** The operation's own limit, or the one that the caller set. */
function timeoutMsOf(name: StreamName, params: object): number {
  const given = "timeout_ms" in params ? params.timeout_ms : undefined;
  return typeof given === "number" ? given : operations[name].timeoutMs;
}

function readResult<Name extends JsonOperationName | UploadName>(
  name: Name,
  body: Buffer,
): OperationResult<Name> {
  const result = operations[name].result.safeParse(parseJson(body));
  // `operations[name]` is the definition of `Name`, which TypeScript does not follow through the index.
  if (result.success) return result.data as OperationResult<Name>;
  throw new OperationError("UPSTREAM_INVALID_RESPONSE", `The result of ${name} does not match its schema.`, {
    cause: result.error,
  });
}

function successBody(reply: BufferedReply): Buffer {
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  throw toOperationError(reply);
}
