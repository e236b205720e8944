import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, OperationError, toErrorEnvelope } from "@front-door/operations";
import { replyOnSocket } from "@front-door/service-runtime";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { failureEnvelope, recordFailure } from "./request-trace.ts";

// A caller that is refused while it sends has this long to read the reply before its connection closes.
const lingerMs = 2_000;

/** Makes every reply that is not a success the error envelope. */
export function addErrorReplies(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const { path } = request.trace;
    const methods = ["GET", "HEAD", "POST"].filter((method) => app.hasRoute({ method, url: path }));
    if (methods.length === 0) {
      return sendError(new OperationError("NOT_FOUND", `There is no route ${path}.`), request, reply);
    }
    const allow = methods.join(", ");
    reply.header("allow", allow);
    const message = `The method of ${path} must be ${allow}, got ${request.method}.`;
    return sendError(new OperationError("METHOD_NOT_ALLOWED", message), request, reply);
  });
}

/** Refuses a URL that Fastify's router cannot decode. No hook has run, so the request has no trace. */
export function refuseUrl(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const envelope = toErrorEnvelope(new OperationError("BAD_REQUEST", "The URL is not valid."), randomUUID());
  void reply.code(envelope.status).send(envelope);
}

/** Refuses what Node's parser cannot read. It never reaches Fastify. */
export function refuseConnection(
  error: Error & { readonly code?: string },
  socket: Socket,
  isReplying: boolean,
): void {
  if (error.code === "ECONNRESET" || !socket.writable || isReplying) {
    socket.destroy();
    return;
  }
  const [code, message] = refusals[error.code ?? ""] ?? ["BAD_REQUEST", "The request is not valid HTTP."];
  const refusal = new OperationError(code, message);
  replyOnSocket(socket, refusal.status, toErrorEnvelope(refusal, randomUUID()));
}

const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["REQUEST_HEADERS_TOO_LARGE", "The headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["REQUEST_TIMEOUT", "The request did not arrive in time."],
};

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = recordFailure(request.trace, fromFastify(error));
  if (failure.retryAfterSeconds !== undefined) reply.header("retry-after", failure.retryAfterSeconds);
  if (hasMoreToSend(request.raw)) reply.raw.once("finish", () => linger(request.raw));
  return reply.code(failure.status).send(failureEnvelope(request.trace, failure));
}

function hasMoreToSend({ headers, complete }: IncomingMessage): boolean {
  const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  return hasBody && !complete;
}

/**
 * Discards the rest of a refused body for a moment before it closes the connection: closing at once would reset it, and
 * the caller might lose the reply that says why. The connection of a request that ends in time is kept.
 */
function linger(request: IncomingMessage): void {
  request.resume();
  const close = () => {
    // A complete request may have left its connection to another one.
    if (!request.complete) request.socket.destroy();
  };
  setTimeout(close, lingerMs).unref();
}

/** Fastify's and its JSON parser's own errors, which have a status. */
function fromFastify(error: unknown): unknown {
  if (error instanceof OperationError || !(error instanceof Error) || !("statusCode" in error)) return error;
  switch (error.statusCode) {
    case 400:
      return new OperationError("MALFORMED_REQUEST", "The body must be the JSON that its headers announce.");
    case 413:
      return new OperationError("PAYLOAD_TOO_LARGE", "The body must be at most 1 MiB.");
    case 415:
      return new OperationError("UNSUPPORTED_MEDIA_TYPE", "The route does not accept this content type.");
    default:
      return error;
  }
}
