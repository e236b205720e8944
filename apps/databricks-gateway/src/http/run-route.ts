import {
  asOperationError,
  decodeRunHeader,
  definitionOf,
  gatewayHeader,
  isIdempotent,
  isSessionOperation,
  mayHaveRun,
  OperationError,
  operations,
  parseRunRequest,
  parseTimeoutMs,
  type RunRequest,
  type TokenUsage,
  type Transfer,
  withOutcome,
} from "@front-door/operations";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AuditLog } from "../audit/audit-log.ts";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import type { Download, OperationContext } from "../operations/handler.ts";
import { type OperationParts, runOperation } from "../operations/run-operation.ts";
import type { IdOwner } from "../operations/signed-ids.ts";
import { memoryFor, smallFetchBytes } from "../sql/fetch-size.ts";
import { StreamMemory, type StreamMemoryLimits } from "../sql/stream-memory.ts";
import { callerCheck, countedAs, recordCaller } from "./check-caller.ts";
import { type CallChecks, type OperationCall, openCall } from "./operation-call.ts";
import { receiveUpload } from "./receive-upload.ts";
import { failureEnvelope, type RequestTrace, recordFailure } from "./request-trace.ts";
import { requireHttp11, sendStream } from "./send-stream.ts";
import { runSessionOperation } from "./session-operation.ts";

export interface RunRouteOptions extends CallChecks, OperationParts {
  readonly secret: string;
  readonly audit: AuditLog;
  readonly idsOf: (owner: IdOwner) => Pick<OperationContext, "statementIds" | "conversationIds">;
  readonly streamMemory: StreamMemoryLimits;
  /** Runs the request so that what it sends to Databricks is traced. */
  readonly within?: (<T>(trace: RequestTrace, work: () => T) => T) | undefined;
}

const jsonBodyBytesMax = 1024 * 1024;

/** The memory that a stream takes at least, however fast or slow its two sides are (docs/limits.md, "Memory"). */
const streamBytes: Readonly<Record<Transfer, number>> = {
  json: 0,
  // The buffers of two sockets, and the pieces between them.
  upload: 256 * 1024,
  download: 256 * 1024,
  stream: memoryFor(smallFetchBytes),
  // The buffers of two sockets: a piece is small, and comes alone.
  events: 128 * 1024,
};

/** `POST /run`: one operation. The caller, its secret and the content type are checked before a byte of the body is read. */
export function addRunRoute(app: FastifyInstance, options: RunRouteOptions): void {
  const { within = (_trace, work) => work() } = options;
  // The body of an upload is the request itself, unread.
  app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
  app.post(
    "/run",
    { bodyLimit: jsonBodyBytesMax, onRequest: callerCheck(options.secret) },
    (request, reply) => within(request.trace, () => run(request, reply, options)),
  );
}

async function run(request: FastifyRequest, reply: FastifyReply, options: RunRouteOptions): Promise<unknown> {
  const { trace, body, raw } = request;
  const isUpload = body === raw;
  const runRequest = isUpload ? readRunHeader(request) : parseRunRequest(body);
  recordCaller(trace, raw);
  trace.timeoutMs = parseTimeoutMs(raw.headers[gatewayHeader.timeoutMs]);
  if (isSessionOperation(runRequest.op)) {
    return sendJson(
      reply,
      trace.requestId,
      await runSessionOperation(runRequest.op, runRequest, request, options),
    );
  }
  const call = await openCall(runRequest, isUpload, trace, options);
  try {
    await options.audit.begin(trace);
    const sent = await withDatabricksAuth(call.auth, () => runWithinMemory(request, reply, call, options));
    call.deadline.stop();
    return sent;
  } catch (error) {
    call.deadline.cancel("The operation failed.");
    const failure = recordFailure(trace, withEffect(call, error));
    await options.audit.settle(trace, failure.status);
    throw failure;
  }
}

/** The error as the caller sees it: whether the operation may have run is decided here, for every operation alike. */
function withEffect({ name, params }: OperationCall, error: unknown): OperationError {
  const known = asOperationError(error);
  return mayHaveRun(known) && !isIdempotent(definitionOf(name), params) ? withOutcome(known) : known;
}

/** Takes the memory of a stream before anything runs, and gives it back when the reply is through. */
async function runWithinMemory(
  request: FastifyRequest,
  reply: FastifyReply,
  call: OperationCall,
  options: RunRouteOptions,
): Promise<FastifyReply> {
  const caller = countedAs(request);
  const memory = new StreamMemory(options.streamMemory, caller);
  const bytes = streamBytes[operations[call.name].transfer];
  if (bytes > 0) await memory.take(bytes, call.deadline.signal);
  try {
    return await runAndReply(request, reply, call, { ...options, caller, memory });
  } finally {
    memory.release();
  }
}

async function runAndReply(
  request: FastifyRequest,
  reply: FastifyReply,
  call: OperationCall,
  options: RunRouteOptions & Pick<OperationContext, "caller" | "memory">,
): Promise<FastifyReply> {
  const { trace } = request;
  const { name, params, auth, deadline, policies } = call;
  const { caller, memory } = options;
  const onOddFields = (names: readonly string[]) => {
    trace.oddFields = names;
  };
  const context = {
    signal: deadline.signal,
    timeoutMs: deadline.databricksMs,
    policies,
    requestId: trace.requestId,
    caller,
    memory,
    ...options.idsOf({
      caller: trace.caller,
      mode: trace.callerMode,
      workspace: auth.workspace.config,
    }),
    onOddFields,
    onRows: (count: number) => {
      trace.rows = (trace.rows ?? 0) + count;
    },
    onTokens: (usage: TokenUsage) => {
      trace.tokens = usage;
    },
  };
  const { transfer } = operations[name];
  if (transfer === "upload") {
    const upload = receiveUpload(request.raw, deadline);
    try {
      const result = await runOperation(name, params, auth, { ...context, upload }, options);
      trace.bytes = upload.bytesRead();
      await options.audit.settle(trace, 200);
      return sendJson(reply, trace.requestId, result);
    } finally {
      trace.bytes = upload.bytesRead();
      upload.body.destroy();
    }
  }
  // Before it runs: a statement whose result cannot be sent must have no effect.
  if (transfer === "stream" || transfer === "events") requireHttp11(request.raw);
  const result = await runOperation(name, params, auth, context, options);
  if (transfer === "json") {
    await options.audit.settle(trace, 200);
    return sendJson(reply, trace.requestId, result);
  }
  const download = result as Download;
  if ("pieces" in download) {
    const toFailure = (error: unknown) => withEffect(call, error);
    return sendStream(request, reply, download, { deadline, audit: options.audit, toFailure });
  }
  reply.headers(download.headers);
  if ("status" in download) return reply.code(download.status).send();
  trace.errorCode = download.failure.code;
  return reply.code(download.failure.status).send(failureEnvelope(trace, download.failure));
}

/** The run request of an upload, whose body is the file. Throws an {@link OperationError} for a header that is none. */
function readRunHeader({ headers }: FastifyRequest): RunRequest {
  const header = headers[gatewayHeader.run];
  if (typeof header === "string" && header !== "") return decodeRunHeader(header);
  throw new OperationError("MALFORMED_REQUEST", `An upload needs the header ${gatewayHeader.run}.`);
}

/** In one write: Fastify's own reply costs a tenth of the CPU of a small request. */
function sendJson(reply: FastifyReply, requestId: string, result: object): FastifyReply {
  const body = JSON.stringify(result);
  reply.hijack();
  reply.raw.writeHead(200, {
    [gatewayHeader.requestId]: requestId,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  reply.raw.end(body);
  return reply;
}
