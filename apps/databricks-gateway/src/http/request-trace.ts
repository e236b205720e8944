import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { describeError, stackOf } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { AuditedRequest } from "../audit/audit-log.ts";

/** What both the log and the audit log say of one request. */
export interface RequestTrace extends AuditedRequest {
  /** `CALL` for what came by the call channel. */
  readonly method: string;
  readonly path: string;
  /** For what goes into the log. */
  readonly redact: Redactor;
  /** Redacted; see describeError. */
  cause?: string;
  stack?: readonly string[] | undefined;
}

declare module "fastify" {
  interface FastifyRequest {
    trace: RequestTrace;
  }
}

/** Keeps for the log why a request failed. */
export function recordFailure(trace: RequestTrace, error: unknown): OperationError {
  const known =
    error instanceof OperationError ? error : new OperationError("INTERNAL_ERROR", "", { cause: error });
  trace.status = known.status;
  trace.errorCode = known.code;
  if (known.cause !== undefined) trace.cause = describeError(known.cause, trace.redact);
  if (known.code === "INTERNAL_ERROR") trace.stack = stackOf(known.cause ?? known);
  return known;
}

/** One line for each request. */
export function logRequest(logger: Logger, trace: RequestTrace): void {
  const {
    requestId,
    method,
    path,
    startedMs,
    op,
    auth,
    status = 499,
    errorCode,
    bytes,
    cause,
    stack,
  } = trace;
  const line = {
    request_id: requestId,
    method,
    path,
    op,
    status,
    error_code: errorCode,
    duration_ms: Math.round(performance.now() - startedMs),
    identity: auth?.identity,
    workspace: auth?.workspace.config.name,
    bytes,
    cause,
    stack,
  };
  if (status >= 500) logger.error(line, "request");
  else if (op === undefined && status < 400) logger.debug(line, "request");
  else logger.info(line, "request");
}
