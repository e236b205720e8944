import { OperationError, toErrorEnvelope } from "@front-door/operations";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { recordFailure } from "./request-trace.ts";

const methodsOf: Readonly<Record<string, string>> = {
  "/run": "POST",
  "/health": "GET, HEAD",
  "/ready": "GET, HEAD",
  "/operations": "GET, HEAD",
};

// A caller that is still sending when it is refused gets this long to read why, before its connection goes.
const lingerMs = 2_000;

/** Every reply that is not a success is the error envelope. */
export function addErrorReplies(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const allow = methodsOf[request.url.split("?", 1)[0] ?? ""];
    if (allow === undefined) {
      return sendError(new OperationError("NOT_FOUND", "There is nothing at this path."), request, reply);
    }
    reply.header("allow", allow);
    const error = new OperationError("METHOD_NOT_ALLOWED", `The method must be ${allow}.`);
    return sendError(error, request, reply);
  });
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = recordFailure(request.trace, fromFastify(error));
  if (known.retryAfterSeconds !== undefined) reply.header("retry-after", known.retryAfterSeconds);
  lingerOverBody(request, reply);
  const envelope = toErrorEnvelope(
    known.code === "INTERNAL_ERROR" ? undefined : known,
    request.trace.requestId,
  );
  return reply.code(known.status).type("application/json; charset=utf-8").send(JSON.stringify(envelope));
}

/**
 * Lets a caller that is refused while it sends go on for a moment: to close at once would reset the connection, and it
 * might lose the reply that says why. What it sends is thrown away; a connection whose request came to its end is kept.
 */
function lingerOverBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  const hasBody =
    raw.headers["content-length"] !== undefined || raw.headers["transfer-encoding"] !== undefined;
  if (!hasBody || raw.complete) return;
  reply.raw.once("finish", () => {
    raw.resume();
    // Not by the event "end", which may have been before: the connection may long serve another request by then.
    const close = () => {
      if (!raw.complete) raw.socket.destroy();
    };
    setTimeout(close, lingerMs).unref();
  });
}

function fromFastify(error: unknown): unknown {
  if (error instanceof OperationError || !(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new OperationError("PAYLOAD_TOO_LARGE", "The body is larger than 1 MiB.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new OperationError("UNSUPPORTED_MEDIA_TYPE", "The route does not take this content type.");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new OperationError("MALFORMED_REQUEST", "The body is not the JSON that was announced.");
    default:
      break;
  }
  // secure-json-parse throws a SyntaxError for a key that could change a prototype.
  if ("statusCode" in error && error.statusCode === 400) {
    return new OperationError("MALFORMED_REQUEST", "The body is not the JSON that was announced.");
  }
  return error;
}
