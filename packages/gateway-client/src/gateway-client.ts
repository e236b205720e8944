import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import {
  gatewayHeader,
  OperationError,
  type OperationName,
  type OperationParams,
  type OperationResult,
  type Operations,
  operations,
} from "@front-door/operations";
import { Pool } from "undici";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { type BufferedReply, exchange } from "./exchange.ts";
import {
  deadlineExceeded,
  gatewayUnavailable,
  isConnectionLost,
  parseJson,
  toGatewayFailure,
  toOperationError,
} from "./gateway-failure.ts";
import { loopbackConnector } from "./loopback-connector.ts";
import { type CallOptions, jsonRun, type UploadBody, uploadRun } from "./run-request.ts";

type OperationOf<Kind> = {
  [Name in OperationName]: Operations[Name]["transfer"] extends Kind ? Name : never;
}[OperationName];

export type JsonOperationName = OperationOf<"json">;
type DownloadName = OperationOf<"download">;
type UploadName = OperationOf<"upload">;
type StreamName = OperationOf<"stream">;

export interface GatewayClientOptions {
  /** `http://127.0.0.1:3002` */
  readonly origin: string;
  /** The shared secret of this installation. */
  readonly secret: string;
  /** The gateway's Unix socket, used instead of the origin's port. */
  readonly socketPath?: string | undefined;
  /** At most this many files, and as many queries, at once; more wait for their turn. */
  readonly connections?: number;
  /** At most this many other calls at once; the next one is refused at once. */
  readonly callsMax?: number;
}

export interface Download {
  /** 200, 206, 304, 412 or 416. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Destroy it, or read it to its end: it holds a connection. */
  readonly body: Readable;
}

// The gateway's own 504 says more, so it gets time to arrive.
const deadlineSlackMs = 2_000;
const connectTimeoutMs = 500;
const turnWaitMs = 5_000;
/** Four times what keeps 500 callers fastest (bench/notes.md), so that a page may ask for 200 things at once. */
const defaultCallsMax = 256;
const healthTimeoutMs = 900;
const readyTimeoutMs = 5_000;
const deepReadyTimeoutMs = 30_000;
const downloadStatuses = new Set([200, 206, 304, 412, 416]);

/**
 * Runs operations by `POST /run` of the gateway. Every method fails with an {@link OperationError} that is fit for the
 * caller, or with a defect of ours. One client per process: it owns the connections. Calls, probes, files and queries have
 * pools of their own, so that slow readers never hold the connections that short calls need, and health checks are
 * answered however busy the others are.
 */
export class GatewayClient {
  readonly #secret: string;
  readonly #calls: Pool;
  readonly #probes: Pool;
  readonly #files: Pool;
  readonly #queries: Pool;
  readonly #callLimit: ConcurrencyLimit;
  readonly #fileLimit: ConcurrencyLimit;
  readonly #queryLimit: ConcurrencyLimit;

  constructor(options: GatewayClientOptions) {
    const { origin, secret, socketPath, connections = 256, callsMax = defaultCallsMax } = options;
    // Without pipelining: a slow reply would hold up those behind it on its connection.
    const connect = loopbackConnector(connectTimeoutMs, socketPath);
    const newPool = () => new Pool(origin, { connections, pipelining: 1, connect });
    this.#secret = secret;
    this.#calls = newPool();
    this.#probes = newPool();
    this.#files = newPool();
    this.#queries = newPool();
    // A queue in front of a busy service makes every caller as slow as the last one in it, so calls do not wait.
    this.#callLimit = new ConcurrencyLimit({
      max: callsMax,
      waitingMax: 0,
      waitMs: 0,
      what: "calls under way",
    });
    const bounds = { max: connections, waitingMax: 4 * connections, waitMs: turnWaitMs };
    this.#fileLimit = new ConcurrencyLimit({ ...bounds, what: "files under way" });
    this.#queryLimit = new ConcurrencyLimit({ ...bounds, what: "queries under way" });
  }

  /** Throws TEMPORARILY_UNAVAILABLE (503) when a call would be refused now because too many are under way. */
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

  /** Runs an operation and gives its JSON as the bytes that arrived, for a caller that only passes them on. */
  async callForBytes<Name extends JsonOperationName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Buffer> {
    await this.#callLimit.enter(options.signal);
    const { timeoutMs, idempotent } = operations[name];
    const endsAt = performance.now() + timeoutMs + deadlineSlackMs;
    // The deadline bounds the whole exchange, so undici's own timers are off.
    const request = { ...jsonRun(this.#secret, name, params, options), headersTimeout: 0, bodyTimeout: 0 };
    const attempt = () =>
      exchange(this.#calls, request, {
        signal: options.signal,
        deadlineMs: endsAt - performance.now(),
        onDeadline: () => deadlineExceeded(timeoutMs),
      });
    try {
      const reply = await attempt().catch((error: unknown) => {
        if (idempotent && isConnectionLost(error) && !options.signal?.aborted) return attempt();
        throw error;
      });
      return successBody(reply);
    } catch (error) {
      throw toGatewayFailure(error, { timeoutMs, signal: options.signal });
    } finally {
      this.#callLimit.leave();
    }
  }

  /** Runs an operation whose reply is a file. */
  download<Name extends DownloadName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Download> {
    return this.#open(this.#files, this.#fileLimit, name, params, options);
  }

  /** Runs an operation whose reply is written while it is made; status 200. Never repeated. */
  stream<Name extends StreamName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Download> {
    return this.#open(this.#queries, this.#queryLimit, name, params, options);
  }

  /** Streams `body` with back-pressure. Never repeated. */
  async upload<Name extends UploadName>(
    name: Name,
    params: OperationParams<Name>,
    body: UploadBody,
    options: CallOptions,
  ): Promise<OperationResult<Name>> {
    await this.#fileLimit.enter(options.signal);
    const { timeoutMs } = operations[name];
    const request = { ...uploadRun(this.#secret, name, params, body, options), ...pauseLimits(timeoutMs) };
    try {
      return readResult(name, successBody(await exchange(this.#files, request, { signal: options.signal })));
    } catch (error) {
      throw toGatewayFailure(error, { timeoutMs, signal: options.signal });
    } finally {
      this.#fileLimit.leave();
    }
  }

  /** Resolves when the gateway process answers; fails within a second when it does not. */
  async health(): Promise<void> {
    await this.#probe("/health", healthTimeoutMs);
  }

  /** The gateway's own account of its readiness, as bytes; with `deep` it asks Databricks. */
  ready({ deep = false, ...options }: CallOptions & { readonly deep?: boolean }): Promise<Buffer> {
    return deep
      ? this.#probe("/ready?deep=1", deepReadyTimeoutMs, options)
      : this.#probe("/ready", readyTimeoutMs, options);
  }

  /** Cuts what is under way and closes every connection. */
  async close(): Promise<void> {
    const pools = [this.#calls, this.#probes, this.#files, this.#queries];
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  /** A reply that is passed on as it arrives. Its place is held until the body is read to its end, or destroyed. */
  async #open(
    pool: Pool,
    limit: ConcurrencyLimit,
    name: DownloadName | StreamName,
    params: object,
    options: CallOptions,
  ): Promise<Download> {
    await limit.enter(options.signal);
    const timeoutMs = timeoutMsOf(name, params);
    try {
      const { statusCode, headers, body } = await pool.request({
        ...jsonRun(this.#secret, name, params, options),
        ...pauseLimits(timeoutMs),
        signal: options.signal ?? null,
      });
      if (!downloadStatuses.has(statusCode)) {
        throw toOperationError({ status: statusCode, headers, body: Buffer.from(await body.bytes()) });
      }
      body.once("close", () => limit.leave());
      return { status: statusCode, headers, body };
    } catch (error) {
      limit.leave();
      throw toGatewayFailure(error, { timeoutMs, signal: options.signal });
    }
  }

  async #probe(path: string, deadlineMs: number, options: Partial<CallOptions> = {}): Promise<Buffer> {
    const { requestId, signal } = options;
    const headers = requestId === undefined ? {} : { [gatewayHeader.requestId]: requestId };
    const request = { path, method: "GET", headers, headersTimeout: 0, bodyTimeout: 0 } as const;
    try {
      return successBody(await exchange(this.#probes, request, { signal, deadlineMs, onDeadline: noAnswer }));
    } catch (error) {
      throw toGatewayFailure(error, { timeoutMs: deadlineMs, signal });
    }
  }
}

function noAnswer(): OperationError {
  return gatewayUnavailable(new Error("no answer"));
}

/** While a body flows undici starts these timers again with each piece: they bound a pause, not the transfer. */
function pauseLimits(timeoutMs: number): { headersTimeout: number; bodyTimeout: number } {
  return { headersTimeout: timeoutMs + deadlineSlackMs, bodyTimeout: timeoutMs + deadlineSlackMs };
}

/** The operation's own limit, or the one that the caller set for this call. */
function timeoutMsOf(name: OperationName, params: { readonly timeout_ms?: unknown }): number {
  return typeof params.timeout_ms === "number" ? params.timeout_ms : operations[name].timeoutMs;
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
