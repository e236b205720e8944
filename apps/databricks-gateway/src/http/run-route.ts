import type { Readable } from "node:stream";
import {
  decodeCaller,
  decodeRunHeader,
  gatewayHeader,
  OperationError,
  operations,
  parseRunRequest,
  type RunRequest,
  toErrorEnvelope,
} from "@front-door/operations";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import type { Download, ResultStream } from "../operations/handler.ts";
import { type OperationParts, runOperation } from "../operations/run-operation.ts";
import { validateResult } from "../operations/validate-result.ts";
import { createCallerCheck } from "./check-caller.ts";
import type { Deadline } from "./deadline.ts";
import { type CallChecks, checkOperation, type OperationCall, openCall } from "./operation-call.ts";
import { receiveUpload } from "./receive-upload.ts";
import { sendStream } from "./send-stream.ts";

export interface RunRouteOptions extends CallChecks, OperationParts {
  readonly secret: string;
}

const jsonBodyBytesMax = 1024 * 1024;

/** `POST /run`: one operation. The caller, its secret and the content type are checked before a byte of the body is read. */
export function addRunRoute(app: FastifyInstance, options: RunRouteOptions): void {
  const checkCaller = createCallerCheck(options.secret);
  app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
  app.post(
    "/run",
    {
      bodyLimit: jsonBodyBytesMax,
      onRequest: ({ raw, trace }, _reply, done) => {
        trace.isUpload = checkCaller(raw) === "application/octet-stream";
        // A JSON body must arrive, whole, in this time; otherwise a caller could hold the request open for ever.
        if (!trace.isUpload) trace.bodyTimer = setTimeout(() => raw.destroy(), options.limits.callerIdleMs);
        done();
      },
    },
    (request, reply) => run(request, reply, options),
  );
}

async function run(request: FastifyRequest, reply: FastifyReply, options: RunRouteOptions): Promise<unknown> {
  const { trace } = request;
  const { isUpload = false } = trace;
  clearTimeout(trace.bodyTimer);
  const runRequest = isUpload ? readRunHeader(request) : parseRunRequest(request.body);
  const name = checkOperation(runRequest.op, isUpload);
  trace.op = name;
  trace.caller = readCaller(request);
  const call = openCall(name, runRequest, trace, options);
  try {
    const sent = await withDatabricksAuth(call.auth, () => runAndReply(request, reply, call, options));
    call.deadline.stop();
    return sent;
  } catch (error) {
    call.deadline.abandon();
    throw error;
  }
}

async function runAndReply(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, params, auth, deadline }: OperationCall,
  options: RunRouteOptions,
): Promise<FastifyReply> {
  const { trace } = request;
  const context = { signal: deadline.signal, policy: options.policy };
  const { transfer } = operations[name];
  if (transfer === "upload") {
    const upload = receiveUpload(request.raw, deadline);
    try {
      const result = await runOperation(name, params, auth, { ...context, upload }, options);
      return sendJson(reply, trace.requestId, validateResult(name, result));
    } finally {
      trace.bytes = upload.bytesRead();
      upload.body.destroy();
    }
  }
  const result = await runOperation(name, params, auth, context, options);
  if (transfer === "stream") return sendResult(request, reply, result as ResultStream, deadline);
  if (transfer === "download") return sendDownload(request, reply, result as Download, deadline);
  return sendJson(reply, trace.requestId, validateResult(name, result));
}

/** The run request of an upload, whose body is the file. Throws an {@link OperationError} for a header that is none. */
function readRunHeader({ headers }: FastifyRequest): RunRequest {
  const header = headers[gatewayHeader.run];
  if (typeof header === "string" && header !== "") return decodeRunHeader(header);
  throw new OperationError("MALFORMED_REQUEST", `An upload needs the header ${gatewayHeader.run}.`);
}

/** Only a program with the secret gets here, so what it says of its caller is believed; a malformed name is refused. */
function readCaller({ headers }: FastifyRequest): string | undefined {
  const header = headers[gatewayHeader.caller];
  if (header === undefined) return undefined;
  const caller = typeof header === "string" ? decodeCaller(header) : undefined;
  if (caller !== undefined) return caller;
  throw new OperationError(
    "MALFORMED_REQUEST",
    `The header ${gatewayHeader.caller} must be percent-encoded UTF-8.`,
  );
}

/** By one write: Fastify's own reply costs a tenth of the CPU of a small request. */
function sendJson(reply: FastifyReply, requestId: string, result: unknown): FastifyReply {
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

function sendResult(
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, pieces, endsWithFailure }: ResultStream,
  deadline: Deadline,
): Promise<FastifyReply> {
  const headers = { "content-type": contentType };
  // The columns and the first rows.
  return sendStream(
    request,
    reply,
    { status: 200, headers, pieces, openingPieces: 2, endsWithFailure },
    deadline,
  );
}

async function sendDownload(
  request: FastifyRequest,
  reply: FastifyReply,
  download: Download,
  deadline: Deadline,
): Promise<FastifyReply> {
  const { trace } = request;
  if ("failure" in download) {
    const { failure, headers } = download;
    trace.errorCode = failure.code;
    return reply.code(failure.status).headers(headers).send(toErrorEnvelope(failure, trace.requestId));
  }
  if (!("body" in download)) return reply.code(download.status).headers(download.headers).send();
  const { status, headers, body } = download;
  const pieces = piecesOf(body);
  return sendStream(
    request,
    reply,
    { status, headers, pieces, openingPieces: 1, endsWithFailure: false },
    deadline,
  );
}

/** A body of Databricks, whose failure is one of the connection. */
async function* piecesOf(body: Readable): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new OperationError("UPSTREAM_UNREACHABLE", "Databricks broke off the reply.", { cause });
  }
}
