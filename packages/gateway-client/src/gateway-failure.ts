import { errorEnvelope, gatewayHeader, OperationError, withOutcome } from "@front-door/operations";
import type { BufferedReply } from "./exchange.ts";

/** What the caller sees if the gateway cannot be reached. `cause` is for the log only. */
function gatewayUnavailable(cause?: unknown): OperationError {
  return new OperationError("GATEWAY_UNAVAILABLE", "Databricks service unavailable", {
    retryAfterSeconds: 1,
    cause,
  });
}

function deadlineExceeded(timeoutMs: number): OperationError {
  return new OperationError(
    "DEADLINE_EXCEEDED",
    `Databricks did not answer within ${timeoutMs < 10_000 ? `${Math.round(timeoutMs)} ms` : `${Math.round(timeoutMs / 1000)} seconds`}.`,
  );
}

const timeoutCodes = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
const connectionLostCodes = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

// No connection was made, so nothing was sent.
const notConnectedCodes = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "EACCES",
  "EAGAIN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Nobody listens now, or the queue of those who wait to be accepted is full. */
const absentCodes = new Set(["ECONNREFUSED", "ENOENT", "EAGAIN"]);

/** A reply without the gateway's envelope: another program listens on its port, or stands before it. */
class ForeignReply extends Error {
  readonly code = "FOREIGN_REPLY";
  readonly status: number;

  constructor(status: number) {
    super(`status ${status} without an error envelope`);
    this.status = status;
  }
}

/** Whether an open connection broke, as a kept-alive one does when the gateway restarts. */
export function isConnectionLost(error: unknown): boolean {
  return connectionLostCodes.has(codeOf(error));
}

/** Whether no gateway listened, so that nothing was sent. */
export function isGatewayAbsent(error: unknown): boolean {
  return absentCodes.has(codeOf(error));
}

interface FailedExchange {
  /** The operation's time limit. Undefined for a probe: a gateway that does not answer it in time is unavailable. */
  readonly timeoutMs: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether the request may be sent again although it may have arrived. Asked only if it matters: long SQL takes a while. */
  readonly idempotent: () => boolean;
}

/**
 * What a failed exchange means to the caller. The gateway's own errors already say whether the operation may have run. A
 * mistake in our own request stays a defect.
 */
export function toGatewayFailure(error: unknown, { timeoutMs, signal, idempotent }: FailedExchange): unknown {
  if (error instanceof OperationError) return error;
  if (signal?.aborted) {
    const cancelled = new OperationError("CANCELLED", "The caller hung up before the reply was ready.", {
      cause: error,
    });
    return idempotent() ? cancelled : withOutcome(cancelled);
  }
  const code = codeOf(error);
  if (code === "UND_ERR_INVALID_ARG" || code === "") return error;
  const isLate = timeoutCodes.has(code) && timeoutMs !== undefined;
  const failure = isLate ? deadlineExceeded(timeoutMs) : gatewayUnavailable(error);
  return isSurelyNotRun(error) || idempotent() ? failure : withOutcome(failure);
}

/** Whether nothing was sent, or what was sent was refused by something that is not the gateway. */
function isSurelyNotRun(error: unknown): boolean {
  if (error instanceof ForeignReply) return error.status >= 400 && error.status < 500;
  return notConnectedCodes.has(codeOf(error));
}

/**
 * The gateway's own error, with its status, code, message, details and `Retry-After`; or a plain error, for
 * {@link toGatewayFailure}, for a reply that is not the gateway's.
 */
export function toOperationError({ status, headers, body }: BufferedReply): Error {
  const envelope = errorEnvelope.safeParse(parseJson(body));
  if (!envelope.success) return new ForeignReply(status);
  const { error, error_code, retryable, outcome, details } = envelope.data;
  // Our own secret is refused, which is no concern of this caller.
  if (error_code === "UNAUTHENTICATED" && details?.some(({ field }) => field === gatewayHeader.secret)) {
    return gatewayUnavailable(new Error("the gateway has another GATEWAY_SECRET"));
  }
  const retryAfter = Number.parseInt(String(headers["retry-after"]), 10);
  return new OperationError(error_code, error, {
    status,
    retryable,
    outcome,
    ...(Number.isNaN(retryAfter) ? {} : { retryAfterSeconds: retryAfter }),
    ...(details ? { details } : {}),
  });
}

/** The value, or undefined if the bytes are not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // `net.connect` with several addresses wraps its failures.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : "";
}
