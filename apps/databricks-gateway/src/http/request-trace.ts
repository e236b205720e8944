import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  asOperationError,
  type ErrorEnvelope,
  gatewayHeader,
  type OperationError,
  requestIdPattern,
  toErrorEnvelope,
} from "@front-door/operations";
import { describeError, type Redactor, stackOf, type Tracing } from "@front-door/service-runtime";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { AuditedRequest } from "../audit/audit-log.ts";
import { checkHost } from "./check-caller.ts";
import type { Deadline } from "./deadline.ts";

/** One request on its way through the gateway: what its log line and its audit line say, and what ends it early. */
export interface RequestTrace extends AuditedRequest {
  readonly method: string;
  readonly path: string;
  readonly redact: Redactor;
  /** The most milliseconds that the caller gives the operation. */
  timeoutMs?: number | undefined;
  /** Of the running operation. */
  deadline?: Deadline;
  /** Redacted; see describeError. */
  cause?: string;
  stack?: readonly string[] | undefined;
  /** Fields of Databricks' reply that were not as described and are left out of the result, each with what is wrong. */
  oddFields?: readonly string[];
  /** Those of a result that were sent. */
  rows?: number;
}

declare module "fastify" {
  interface FastifyRequest {
    trace: RequestTrace;
  }
}

export interface TraceOptions {
  readonly redact: Redactor;
  /** Undefined: requests have no span. */
  readonly tracing?: Tracing | undefined;
  /** How long a body other than a file may take to arrive whole, in milliseconds. */
  readonly bodyMs: number;
  /** Called once for each request, when its reply is sent or its connection gone. */
  readonly onEnd: (trace: RequestTrace) => void;
}

/** How long a body other than a file may still take to arrive when the gateway closes: nothing has run for it yet. */
const closingBodyMs = 1_000;

/**
 * Gives every request a trace, and ends its operation when the caller hangs up. When the gateway closes, running requests
 * end normally and close their connections: an idle one would delay the close for as long as its client keeps it.
 */
export function traceRequests(
  app: FastifyInstance,
  { redact, tracing, bodyMs, onEnd }: TraceOptions,
): { readonly inProgress: () => Iterable<RequestTrace> } {
  const running = new Map<ServerResponse, RequestTrace>();
  // Set by the hook below before anyone reads it; one object for all requests would be shared between them.
  app.decorateRequest("trace", null as unknown as RequestTrace);
  // A callback, because a promise for each hook of each request costs CPU for nothing.
  app.addHook("onRequest", (request, reply, done) => {
    const trace = newTrace(request.raw, redact, tracing);
    request.trace = trace;
    reply.header(gatewayHeader.requestId, trace.requestId);
    running.set(reply.raw, trace);
    // The response's own event: unlike Fastify's hooks, it comes for broken connections too.
    reply.raw.once("close", () => {
      running.delete(reply.raw);
      if (reply.raw.writableFinished) trace.status ??= reply.raw.statusCode;
      else trace.deadline?.cancel("The caller hung up before the reply was ready.");
      onEnd(trace);
    });
    if (mustArriveWhole(request.raw)) destroyUnlessWhole(request.raw, bodyMs);
    checkHost(request.raw);
    done();
  });
  app.addHook("preClose", async () => {
    // Fastify itself does the first for the replies to requests that arrive from now on.
    for (const reply of running.keys()) {
      endConnectionWith(reply);
      if (mustArriveWhole(reply.req)) destroyUnlessWhole(reply.req, closingBodyMs);
    }
  });
  return { inProgress: () => running.values() };
}

/** Whether the request has a body that is read before it is answered: any but an upload's. */
function mustArriveWhole({ headers }: IncomingMessage): boolean {
  const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  return hasBody && !/^application\/octet-stream\b/i.test(headers["content-type"] ?? "");
}

/** Otherwise a caller could hold the request open forever. */
function destroyUnlessWhole(request: IncomingMessage, ms: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.destroy(), ms);
  request.once("close", () => clearTimeout(timer));
}

function newTrace(
  { method = "", url = "", headers }: IncomingMessage,
  redact: Redactor,
  tracing: Tracing | undefined,
): RequestTrace {
  const given = headers[gatewayHeader.requestId];
  const requestId = typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
  const path = url.split("?", 1)[0] ?? "";
  // The others are probes.
  const mayHaveSpan = method === "POST" && headers[gatewayHeader.untraced] === undefined;
  const span = mayHaveSpan ? tracing?.arrived(headers) : undefined;
  return { requestId, span, method, path, startedMs: performance.now(), redact };
}

function endConnectionWith(reply: ServerResponse): void {
  if (!reply.headersSent) {
    reply.shouldKeepAlive = false;
    return;
  }
  const { socket } = reply;
  reply.once("finish", () => socket?.end());
}

/** Records in the trace why the request failed. Anything but an OperationError becomes an INTERNAL_ERROR. */
export function recordFailure(trace: RequestTrace, error: unknown): OperationError {
  const known = asOperationError(error);
  trace.status = known.status;
  trace.errorCode = known.code;
  trace.effect = known.outcome;
  if (known.cause !== undefined) trace.cause = describeError(known.cause, trace.redact);
  if (known.code === "INTERNAL_ERROR") trace.stack = stackOf(known.cause ?? known);
  return known;
}

/** The body of the reply to a failed request. */
export function failureEnvelope({ requestId }: RequestTrace, failure: OperationError): ErrorEnvelope {
  return toErrorEnvelope(failure, requestId);
}

export function logRequest(logger: Logger, trace: RequestTrace): void {
  const { op, auth, status = 499 } = trace;
  const line = {
    request_id: trace.requestId,
    trace_id: trace.span?.traceId,
    method: trace.method,
    path: trace.path,
    op,
    status,
    error_code: trace.errorCode,
    duration_ms: Math.round(performance.now() - trace.startedMs),
    identity: auth?.who.kind,
    workspace: auth?.workspace.config.name,
    rows: trace.rows,
    bytes: trace.bytes,
    odd_fields: trace.oddFields,
    cause: trace.cause,
    stack: trace.stack,
  };
  if (status >= 500) logger.error(line, "request");
  else if (op === undefined && status < 400) logger.debug(line, "request");
  else logger.info(line, "request");
}
