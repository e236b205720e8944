import {
  decodeCaller,
  gatewayHeader,
  isOperationName,
  OperationError,
  type OperationName,
  operations,
  parseRunRequest,
  type RunRequest,
  toErrorEnvelope,
  toInvalidParameterError,
} from "@front-door/operations";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Principals } from "../auth/principals.ts";
import { abandonBody } from "../databricks/discard-body.ts";
import type { CallContext, Download, Handlers, ResultStream, UploadContext } from "../operations/handler.ts";
import { checkIdentityAllowed, checkOperationAllowed, checkReach } from "../policy/check-policy.ts";
import type { Policy } from "../policy/policy.ts";
import { reachOf } from "../policy/reach.ts";
import { checkContentType, checkNoIdentityHeader, createSecretCheck, mediaTypeOf } from "./admission.ts";
import { Deadline } from "./deadline.ts";
import { receiveUpload } from "./receive-upload.ts";
import { recordFailure } from "./request-trace.ts";
import { readRunHeader } from "./run-header.ts";
import { sendBytes } from "./send-download.ts";
import { sendStream } from "./send-stream.ts";
import { validateResult } from "./validate-result.ts";

export interface RunLimits {
  /** In place of every definition's own `timeoutMs`; for tests. */
  readonly timeoutMs?: number;
  /** How long the sender of an upload may send nothing, and the reader of a download take nothing. */
  readonly callerIdleMs: number;
}

export interface RunRouteOptions {
  readonly secret: string;
  readonly authenticator: Authenticator;
  readonly principals: Principals;
  readonly policy: Policy;
  readonly handlers: Handlers;
  readonly limits: RunLimits;
}

type AnyHandler = (params: unknown, context: CallContext & Partial<UploadContext>) => Promise<object>;

const jsonBodyBytesMax = 1024 * 1024;

/** `POST /run`: one operation. The caller, its secret and the content type are checked before a byte of the body is read. */
export function addRunRoute(app: FastifyInstance, options: RunRouteOptions): void {
  const checkSecret = createSecretCheck(options.secret);
  app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
  app.post(
    "/run",
    {
      bodyLimit: jsonBodyBytesMax,
      onRequest: (request, _reply, done) => {
        checkSecret(request);
        checkNoIdentityHeader(request);
        checkContentType(request);
        if (mediaTypeOf(request) === "application/json") cutWhenLate(request, options.limits.callerIdleMs);
        done();
      },
    },
    (request, reply) => run(request, reply, options),
  );
}

/** A JSON body has to be here, whole, in this time; without it a caller could hold the request open for ever. */
function cutWhenLate({ raw }: FastifyRequest, ms: number): void {
  const timer = setTimeout(() => raw.destroy(), ms);
  const stop = () => clearTimeout(timer);
  raw.once("end", stop).once("close", stop);
}

async function run(request: FastifyRequest, reply: FastifyReply, options: RunRouteOptions): Promise<unknown> {
  const isUpload = mediaTypeOf(request) === "application/octet-stream";
  const runRequest = isUpload
    ? readRunHeader(request.headers[gatewayHeader.run])
    : parseRunRequest(request.body);
  const name = checkOperation(runRequest.op, isUpload);
  const { trace } = request;
  trace.op = name;
  trace.caller = callerOf(request);
  trace.workspace = runRequest.workspace;
  const params = checkParams(name, runRequest);
  const { policy, limits } = options;
  const reach = reachOf(name, params);
  trace.reach = reach;
  checkOperationAllowed(policy, name);
  const auth = options.authenticator.authenticate(runRequest);
  trace.auth = auth;
  checkIdentityAllowed(policy, name, auth.identity === "user");
  checkReach(policy, name, reach);

  const deadline = new Deadline(limits.timeoutMs ?? timeoutMsOf(name, params), limits.callerIdleMs);
  const onClose = () => {
    if (!reply.raw.writableFinished) deadline.callerGone();
  };
  reply.raw.once("close", onClose);
  // The map is typed for each name; which one this is, is known only now.
  const handler = options.handlers[name] as unknown as AnyHandler;
  try {
    return await withDatabricksAuth(auth, async () => {
      if (isUpload) {
        const upload = receiveUpload(request.raw, deadline);
        try {
          const result = await handler(params, { signal: deadline.signal, policy, upload });
          options.principals.accepted(auth.who);
          return sendJson(reply, validateResult(name, result));
        } finally {
          trace.bytes = upload.bytesRead();
          upload.body.destroy();
        }
      }
      const result = await handler(params, { signal: deadline.signal, policy });
      if (name === "me") options.principals.learn(auth.who, (result as { userName?: unknown }).userName);
      options.principals.accepted(auth.who);
      if (operations[name].transfer === "stream") {
        return await sendStream(request, reply, result as ResultStream, deadline);
      }
      if (operations[name].transfer !== "download") return sendJson(reply, validateResult(name, result));
      return await sendDownload(request, reply, result as Download, deadline);
    });
  } finally {
    deadline.end();
    reply.raw.off("close", onClose);
  }
}

/** Only a program with the secret gets here, so what it says of its caller is believed; what is garbled is refused. */
function callerOf(request: FastifyRequest): string | undefined {
  const header = request.headers[gatewayHeader.caller];
  if (header === undefined) return undefined;
  const caller = typeof header === "string" ? decodeCaller(header) : undefined;
  if (caller === undefined) {
    throw new OperationError(
      "MALFORMED_REQUEST",
      `The header ${gatewayHeader.caller} is not percent-encoded.`,
    );
  }
  return caller;
}

function checkOperation(op: string, isUpload: boolean): OperationName {
  if (!isOperationName(op)) {
    throw new OperationError("UNKNOWN_OPERATION", `There is no operation "${op}".`);
  }
  if ((operations[op].transfer === "upload") !== isUpload) {
    const type = isUpload ? "application/json" : "application/octet-stream, with the request in a header";
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", `The content type of ${op} is ${type}.`);
  }
  return op;
}

/** The operation's own limit, or the one that the caller set for this call. */
function timeoutMsOf(name: OperationName, params: unknown): number {
  const given = (params as { readonly timeout_ms?: unknown }).timeout_ms;
  return typeof given === "number" ? given : operations[name].timeoutMs;
}

function checkParams(name: OperationName, { params }: RunRequest): unknown {
  const parsed = operations[name].params.safeParse(params);
  if (!parsed.success) throw toInvalidParameterError(parsed.error);
  return parsed.data;
}

function sendJson(reply: FastifyReply, result: unknown): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(result));
}

async function sendDownload(
  request: FastifyRequest,
  reply: FastifyReply,
  download: Download,
  deadline: Deadline,
): Promise<FastifyReply> {
  if ("failure" in download) {
    const { failure, headers } = download;
    request.trace.errorCode = failure.code;
    return reply
      .code(failure.status)
      .headers(headers)
      .send(toErrorEnvelope(failure, request.trace.requestId));
  }
  if (!("body" in download)) return reply.code(download.status).headers(download.headers).send();
  const { trace } = request;
  const begin = () => {
    // Written without Fastify, which would end the reply cleanly when the source is destroyed.
    reply.hijack();
    reply.raw.writeHead(download.status, { [gatewayHeader.requestId]: trace.requestId, ...download.headers });
  };
  try {
    await sendBytes(download.body, reply.raw, deadline, begin, (bytes) => {
      trace.bytes = bytes;
    });
  } catch (error) {
    abandonBody(download.body);
    if (!reply.sent) throw error;
    reply.raw.destroy();
    // The status is sent already; the caller sees a broken connection and the log sees why.
    recordFailure(trace, error);
  }
  return reply;
}
