import { OperationError, toErrorEnvelope } from "@front-door/operations";
import { describeError, stackOf } from "@front-door/service-runtime";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import type { Logger } from "pino";
import type { Limits } from "../settings/limits.ts";
import { pathMeantBy } from "./path-meant-by.ts";
import { sendAndClose } from "./unread-body.ts";

/** Refuses a path that no route has, and names the one that was probably meant. */
export function notFound(paths: readonly string[]): RequestHandler {
  return (req) => {
    const meant = pathMeantBy(req.path, paths);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new OperationError("NOT_FOUND", `There is no route ${req.path}.${hint}`);
  };
}

export function methodNotAllowed(allow: string): RequestHandler {
  return (req, res) => {
    res.setHeader("Allow", allow);
    if (req.method === "OPTIONS") {
      res.status(204).end();
      return;
    }
    throw new OperationError("METHOD_NOT_ALLOWED", `${req.path} supports ${allow}, not ${req.method}.`);
  };
}

/** Turns every error into the error envelope. What the caller may not see is logged under the request id. */
export function errorReply(
  logger: Logger,
  limits: Limits,
  challengeFor: (req: Request) => string,
): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return (error: unknown, req, res, _next) => {
    const envelope = toErrorEnvelope(error, res.locals.requestId);
    res.locals.errorCode = envelope.error_code;
    logCause(logger, error, res.locals);
    if (res.headersSent) {
      // Part of the reply is sent: only a broken connection tells the caller that the rest is missing.
      res.destroy();
      return;
    }
    if (res.destroyed) return;
    res.status(envelope.status);
    res.setHeader("Content-Type", "application/json; charset=utf-8");
    if (envelope.status === 401) res.setHeader("WWW-Authenticate", challengeFor(req));
    if (error instanceof OperationError && error.retryAfterSeconds !== undefined) {
      res.setHeader("Retry-After", String(error.retryAfterSeconds));
    }
    const body = Buffer.from(JSON.stringify(envelope));
    res.setHeader("Content-Length", body.length);
    sendAndClose(req, res, body, limits);
  };
}

/** Logs what the caller may not see, under the request's id. */
export function logCause(logger: Logger, error: unknown, { requestId, span, op }: Express.Locals): void {
  const about = { request_id: requestId, trace_id: span?.traceId, op };
  if (!(error instanceof OperationError)) {
    logger.error(
      { ...about, cause: describeError(error), stack: stackOf(error) },
      "request failed: a defect",
    );
  } else if (error.cause !== undefined && error.code !== "CANCELLED") {
    logger.warn({ ...about, error_code: error.code, cause: describeError(error.cause) }, "request failed");
  }
}
