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
import type { BufferedReply } from "./bounded-exchange.ts";
import { exchangeBuffered } from "./buffered-exchange.ts";
import { Calls } from "./calls.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
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
  /** The gateway's Unix socket, which is used in place of the origin's port. */
  readonly socketPath?: string | undefined;
  /** At most this many files, and as many queries, at once; more wait for a free connection. */
  readonly connections?: number;
  /** At most this many other calls at once; one too many is refused at once. */
  readonly callsMax?: number;
}

export interface Download {
  /** 200, 206, 304, 412 or 416. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Destroy it, or read it to its end: it holds a connection. */
  readonly body: Readable;
}

/** Every method fails with an {@link OperationError} that is fit for the caller, or with a defect of ours. */
export interface GatewayClient {
  /** Throws TEMPORARILY_UNAVAILABLE (503) when a call would be refused now because too many are under way. */
  checkRoomForCalls(): void;
  /** Runs an operation and reads its reply. */
  call<Name extends JsonOperationName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<OperationResult<Name>>;
  /** Runs an operation and gives its JSON as the bytes that arrived, for a caller that only passes them on. */
  callForBytes<Name extends JsonOperationName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Buffer>;
  download<Name extends DownloadName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Download>;
  /** Runs an operation whose reply is written while it is made; status 200. Never repeated. */
  stream<Name extends StreamName>(
    name: Name,
    params: OperationParams<Name>,
    options: CallOptions,
  ): Promise<Download>;
  /** Streams `body` with back-pressure. Never repeated. */
  upload<Name extends UploadName>(
    name: Name,
    params: OperationParams<Name>,
    body: UploadBody,
    options: CallOptions,
  ): Promise<OperationResult<Name>>;
  /** Resolves when the gateway process answers; fails within a second when it does not. */
  health(): Promise<void>;
  /** The gateway's own account of its readiness, as bytes; with `deep` it asks Databricks. */
  ready(options: CallOptions & { readonly deep?: boolean }): Promise<Buffer>;
  /** Cuts what is under way and closes every connection. */
  close(): Promise<void>;
}

// The gateway's own 504 says more, so it gets time to arrive.
const deadlineSlackMs = 2_000;
const connectTimeoutMs = 500;
const placeWaitMs = 5_000;
/** Four times what keeps 500 callers fastest (docs/performance.md), so that a page that asks for 200 things at once gets them. */
const defaultCallsMax = 256;
const healthTimeoutMs = 900;
const readyTimeoutMs = 5_000;
const deepReadyTimeoutMs = 30_000;
const downloadStatuses = new Set([200, 206, 304, 412, 416]);

/**
 * One client a process: it owns the connections. Calls, probes, files and queries have pools of their own, so that slow
 * readers never hold the connections that short calls need, and neither of them those by which the gateway's health shows.
 */
export function createGatewayClient({
  origin,
  secret,
  socketPath,
  connections = 256,
  callsMax = defaultCallsMax,
}: GatewayClientOptions): GatewayClient {
  const newPool = () =>
    new Pool(origin, {
      connections,
      // A slow reply would hold up those behind it on its connection.
      pipelining: 1,
      connect: loopbackConnector(connectTimeoutMs, socketPath),
    });
  const callPool = newPool();
  const calls = new Calls(callPool, secret);
  const probes = newPool();
  const files = newPool();
  const queries = newPool();
  const bounds = { max: connections, waitingMax: 4 * connections, waitMs: placeWaitMs };
  const transfers = new ConcurrencyLimit({ ...bounds, what: "files under way" });
  // Nobody waits: a queue in front of a service that is busy makes every caller as slow as the last one in it.
  const calling = new ConcurrencyLimit({ max: callsMax, waitingMax: 0, waitMs: 0, what: "calls under way" });
  const callBytes: GatewayClient["callForBytes"] = async (name, params, options) => {
    const leave = await calling.take(options.signal);
    return callForBytes(calls, name, params, options).finally(leave);
  };
  const results = new ConcurrencyLimit({ ...bounds, what: "queries under way" });
  return {
    checkRoomForCalls: () => calling.check(),
    async call(name, params, options) {
      return readResult(name, await callBytes(name, params, options));
    },
    callForBytes: callBytes,
    download: (name, params, options) =>
      holding(transfers, options.signal, () => download(files, secret, name, params, options)),
    stream: (name, params, options) =>
      holding(results, options.signal, () => download(queries, secret, name, params, options)),
    async upload(name, params, body, options) {
      const leave = await transfers.take(options.signal);
      const reply = await upload(files, secret, name, params, body, options).finally(leave);
      return readResult(name, reply);
    },
    async health() {
      await probe(probes, "/health", {}, { timeoutMs: healthTimeoutMs });
    },
    ready({ deep = false, requestId, signal }) {
      return probe(
        probes,
        deep ? "/ready?deep=1" : "/ready",
        { [gatewayHeader.requestId]: requestId },
        { timeoutMs: deep ? deepReadyTimeoutMs : readyTimeoutMs, signal },
      );
    },
    async close() {
      calls.close();
      await Promise.all([callPool, probes, files, queries].map((pool) => pool.destroy()));
    },
  };
}

async function callForBytes(
  calls: Calls,
  name: OperationName,
  params: object,
  options: CallOptions,
): Promise<Buffer> {
  const { timeoutMs, idempotent } = operations[name];
  const endsAt = performance.now() + timeoutMs + deadlineSlackMs;
  const attempt = () =>
    calls.exchange(name, params, options, {
      signal: options.signal,
      deadlineMs: endsAt - performance.now(),
      onDeadline: () => deadlineExceeded(timeoutMs),
    });
  try {
    return successBody(
      await attempt().catch((error: unknown) => {
        if (idempotent && isConnectionLost(error) && !options.signal?.aborted) return attempt();
        throw error;
      }),
    );
  } catch (error) {
    throw toGatewayFailure(error, { timeoutMs, signal: options.signal });
  }
}

/** A place is held until the last byte of the reply is read, or its reader gone. */
async function holding(
  places: ConcurrencyLimit,
  signal: AbortSignal | undefined,
  open: () => Promise<Download>,
): Promise<Download> {
  const leave = await places.take(signal);
  try {
    const reply = await open();
    reply.body.once("close", leave);
    return reply;
  } catch (error) {
    leave();
    throw error;
  }
}

async function download(
  pool: Pool,
  secret: string,
  name: DownloadName | StreamName,
  params: object,
  options: CallOptions,
): Promise<Download> {
  const timeoutMs = timeoutMsOf(name, params);
  const patienceMs = timeoutMs + deadlineSlackMs;
  try {
    const reply = await pool.request({
      ...jsonRun(secret, name, params, options),
      headersTimeout: patienceMs,
      // undici does not count the time in which the reader takes nothing.
      bodyTimeout: patienceMs,
      signal: options.signal ?? null,
    });
    if (downloadStatuses.has(reply.statusCode)) {
      return { status: reply.statusCode, headers: reply.headers, body: reply.body };
    }
    const body = Buffer.from(await reply.body.bytes());
    throw toOperationError({ status: reply.statusCode, headers: reply.headers, body });
  } catch (error) {
    throw toGatewayFailure(error, { timeoutMs, signal: options.signal });
  }
}

/** The operation's own limit, or the one that the caller set for this call. */
function timeoutMsOf(name: OperationName, params: { readonly timeout_ms?: unknown }): number {
  return typeof params.timeout_ms === "number" ? params.timeout_ms : operations[name].timeoutMs;
}

async function upload(
  pool: Pool,
  secret: string,
  name: UploadName,
  params: Record<string, unknown>,
  body: UploadBody,
  options: CallOptions,
): Promise<Buffer> {
  const { signal } = options;
  const { timeoutMs } = operations[name];
  try {
    return successBody(
      await exchangeBuffered(
        pool,
        {
          ...uploadRun(secret, name, params, body, options),
          // While the body flows undici starts this timer again with each piece: it bounds a pause, not the upload.
          headersTimeout: timeoutMs + deadlineSlackMs,
          bodyTimeout: timeoutMs + deadlineSlackMs,
        },
        { signal },
      ),
    );
  } catch (error) {
    throw toGatewayFailure(error, { timeoutMs, signal });
  }
}

async function probe(
  pool: Pool,
  path: string,
  headers: Record<string, string>,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Buffer> {
  try {
    return successBody(
      await exchangeBuffered(
        pool,
        { path, method: "GET", headers, headersTimeout: 0, bodyTimeout: 0 },
        { signal, deadlineMs: timeoutMs, onDeadline: () => gatewayUnavailable(new Error("no answer")) },
      ),
    );
  } catch (error) {
    throw toGatewayFailure(error, { timeoutMs, signal });
  }
}

function readResult<Name extends JsonOperationName | UploadName>(
  name: Name,
  body: Buffer,
): OperationResult<Name> {
  const result = operations[name].result.safeParse(parseJson(body));
  // `operations[name]` is the definition of `Name`, which TypeScript does not follow through the index.
  if (result.success) return result.data as OperationResult<Name>;
  throw new OperationError("UPSTREAM_INVALID_RESPONSE", `The result of ${name} is not what it should be.`, {
    cause: result.error,
  });
}

function successBody(reply: BufferedReply): Buffer {
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  throw toOperationError(reply);
}
