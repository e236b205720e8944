import { OperationError } from "@front-door/operations";
import { describeError, type Redactor, stackOf } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { AuditedRequest } from "../audit/audit-log.ts";
import type { Deadline } from "./deadline.ts";

/** One request on its way through the gateway: what its log line and its audit line say, and what ends it early. */
export interface RequestTrace extends AuditedRequest {
  readonly method: string;
  readonly path: string;
  /** For what goes into the log. */
  readonly redact: Redactor;
  /** Whether the body is a file, and the run request is in a header. */
  isUpload?: boolean;
  /** Runs while a JSON body is awaited. */
  bodyTimer?: NodeJS.Timeout;
  /** Runs with the operation. */
  deadline?: Deadline;
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
  const { op, auth, status = 499 } = trace;
  const line = {
    request_id: trace.requestId,
    method: trace.method,
    path: trace.path,
    op,
    status,
    error_code: trace.errorCode,
    duration_ms: Math.round(performance.now() - trace.startedMs),
    identity: auth?.who.kind,
    workspace: auth?.workspace.config.name,
    bytes: trace.bytes,
    cause: trace.cause,
    stack: trace.stack,
  };
  if (status >= 500) logger.error(line, "request");
  else if (op === undefined && status < 400) logger.debug(line, "request");
  else logger.info(line, "request");
}
