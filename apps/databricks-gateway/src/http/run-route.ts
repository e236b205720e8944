import {
  callChannel,
  decodeCaller,
  gatewayHeader,
  OperationError,
  operations,
  parseRunRequest,
  toErrorEnvelope,
} from "@front-door/operations";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import { abandonBody } from "../databricks/discard-body.ts";
import type { Download, ResultStream } from "../operations/handler.ts";
import { checkContentType, checkNoIdentityHeader, createSecretCheck, mediaTypeOf } from "./check-caller.ts";
import type { Deadline } from "./deadline.ts";
import { callHandler, checkOperation, openCall, type RunParts } from "./operation-call.ts";
import { receiveUpload } from "./receive-upload.ts";
import { recordFailure } from "./request-trace.ts";
import { readRunHeader } from "./run-header.ts";
import { sendBytes } from "./send-download.ts";
import { sendStream } from "./send-stream.ts";
import { validateResult } from "./validate-result.ts";

export interface RunRouteOptions extends RunParts {
  readonly secret: string;
}

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
  const { trace } = request;
  const name = checkOperation(runRequest.op, isUpload ? "upload" : "json");
  trace.op = name;
  trace.caller = callerOf(request);
  const call = openCall(name, runRequest, trace, options);
  const { deadline } = call;
  const onClose = () => {
    if (!reply.raw.writableFinished) deadline.callerGone();
  };
  reply.raw.once("close", onClose);
  reply.header(gatewayHeader.calls, callChannel.protocol);
  try {
    return await withDatabricksAuth(call.auth, async () => {
      if (isUpload) {
        const upload = receiveUpload(request.raw, deadline);
        try {
          return sendJson(reply, validateResult(name, await callHandler(call, options, { upload })));
        } finally {
          trace.bytes = upload.bytesRead();
          upload.body.destroy();
        }
      }
      const result = await callHandler(call, options);
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
