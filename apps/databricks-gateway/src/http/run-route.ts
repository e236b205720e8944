import {
  asOperationError,
  decodeCaller,
  decodeRunHeader,
  definitionOf,
  gatewayHeader,
  isIdempotent,
  OperationError,
  operations,
  parseRunRequest,
  type RunRequest,
  withOutcome,
} from "@front-door/operations";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import type { Download } from "../operations/handler.ts";
import { type OperationParts, runOperation } from "../operations/run-operation.ts";
import { createCallerCheck, readCaller } from "./check-caller.ts";
import { type CallChecks, type OperationCall, openCall } from "./operation-call.ts";
import { receiveUpload } from "./receive-upload.ts";
import { failureEnvelope } from "./request-trace.ts";
import { requireHttp11, sendStream } from "./send-stream.ts";

export interface RunRouteOptions extends CallChecks, OperationParts {
  readonly secret: string;
}

const jsonBodyBytesMax = 1024 * 1024;

/** `POST /run`: one operation. The caller, its secret and the content type are checked before a byte of the body is read. */
export function addRunRoute(app: FastifyInstance, options: RunRouteOptions): void {
  const checkCaller = createCallerCheck(options.secret);
  // The body of an upload is the request itself, unread.
  app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
  app.post(
    "/run",
    {
      bodyLimit: jsonBodyBytesMax,
      onRequest: ({ raw }, _reply, done) => {
        checkCaller(raw);
        done();
      },
    },
    (request, reply) => run(request, reply, options),
  );
}

async function run(request: FastifyRequest, reply: FastifyReply, options: RunRouteOptions): Promise<unknown> {
  const { trace, body, raw } = request;
  const isUpload = body === raw;
  const runRequest = isUpload ? readRunHeader(request) : parseRunRequest(body);
  trace.caller = readCaller(raw);
  const call = openCall(runRequest, isUpload, trace, options);
  try {
    const sent = await withDatabricksAuth(call.auth, () => runAndReply(request, reply, call, options));
    call.deadline.stop();
    return sent;
  } catch (error) {
    call.deadline.cancel("The operation failed.");
    throw withEffect(call, error);
  }
}

/** The error as the caller sees it: whether the operation may have run is decided here, for every operation alike. */
function withEffect({ name, params }: OperationCall, error: unknown): OperationError {
  const known = asOperationError(error);
  return isIdempotent(definitionOf(name), params) ? known : withOutcome(known);
}

async function runAndReply(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, params, auth, deadline }: OperationCall,
  options: RunRouteOptions,
): Promise<FastifyReply> {
  const { trace } = request;
  const onOddFields = (names: readonly string[]) => {
    trace.oddFields = names;
  };
  const context = { signal: deadline.signal, policy: options.policy, onOddFields };
  const { transfer } = operations[name];
  if (transfer === "upload") {
    const upload = receiveUpload(request.raw, deadline);
    try {
      const result = await runOperation(name, params, auth, { ...context, upload }, options);
      return sendJson(reply, trace.requestId, result);
    } finally {
      trace.bytes = upload.bytesRead();
      upload.body.destroy();
    }
  }
  // Before it runs: a statement whose result cannot be sent must have no effect.
  if (transfer === "stream") requireHttp11(request.raw);
  const result = await runOperation(name, params, auth, context, options);
  if (transfer === "json") return sendJson(reply, trace.requestId, result);
  const download = result as Download;
  if ("pieces" in download) return sendStream(request, reply, download, deadline);
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
