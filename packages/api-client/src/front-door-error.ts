import type { Error as ErrorEnvelope } from "./generated/types.gen.ts";

/** Failures that the client itself finds, where no reply says what happened. */
export type ClientErrorCode =
  /** No reply came: no connection, a connection that broke, or a page that CORS does not allow to read. */
  | "CONNECTION_FAILED"
  /** The reply ended before its end. Nothing of it may be taken for the whole. */
  | "REPLY_CUT"
  /** The reply is not the front door's: a login page of a proxy, for example. */
  | "INVALID_REPLY"
  /** The file has changed between two parts of its download. */
  | "FILE_CHANGED";

export interface FrontDoorErrorFields {
  readonly code: ClientErrorCode | ErrorEnvelope["error_code"];
  /** 0 if there was no reply. */
  readonly status: number;
  readonly retryable: boolean;
  readonly outcome?: "unknown" | undefined;
  readonly requestId?: string | undefined;
  readonly details?: ErrorEnvelope["details"];
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Every failure of a call, except an abort, which rejects with the reason of its signal. */
export class FrontDoorError extends Error {
  override readonly name = "FrontDoorError";
  /** What went wrong, for a program: the `error_code` of the reply, or a {@link ClientErrorCode}. */
  readonly code: FrontDoorErrorFields["code"];
  /** The HTTP status; 0 if there was no reply. */
  readonly status: number;
  /** Whether the same call can succeed later, and cannot do anything twice. */
  readonly retryable: boolean;
  /** `"unknown"`: the call may have taken effect although it failed. Look before you make it again. */
  readonly outcome: "unknown" | undefined;
  /** The request's id in the logs of the front door and the gateway. */
  readonly requestId: string | undefined;
  /** The fields that were refused, or Databricks' own details. */
  readonly details: ErrorEnvelope["details"];
  /** What `Retry-After` asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, fields: FrontDoorErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.retryable = fields.retryable;
    this.outcome = fields.outcome;
    this.requestId = fields.requestId;
    this.details = fields.details;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** What is known of a reply that failed, from `fetch` or from XMLHttpRequest. */
export interface FailedReply {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string | null;
  /** Whether sending the request twice does no harm. */
  readonly repeatable: boolean;
}

// A reply to HEAD has no body.
const codesOfStatus: Readonly<Record<number, string>> = {
  400: "INVALID_PARAMETER_VALUE",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  412: "PRECONDITION_FAILED",
  429: "RESOURCE_EXHAUSTED",
  503: "TEMPORARILY_UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** The error that an error reply stands for. A reply that is not the front door's own says so. */
export function errorOfReply({ status, text, header, repeatable }: FailedReply): FrontDoorError {
  const seconds = Number(header("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  const envelope = envelopeOf(text);
  if (envelope !== undefined) return errorOfEnvelope(envelope, retryAfterMs);
  const requestId = header("x-request-id") ?? undefined;
  const isOurs = text === "" && requestId !== undefined;
  // A proxy that fails says nothing about what is behind it.
  const temporary = status === 429 || status >= 500;
  return new FrontDoorError(
    isOurs
      ? `The front door replied with ${status}.`
      : `A reply with status ${status} is not the front door's own.`,
    {
      code: (isOurs && codesOfStatus[status]) || "INVALID_REPLY",
      status,
      retryable: temporary && repeatable,
      outcome: status >= 500 && !repeatable ? "unknown" : undefined,
      requestId,
      retryAfterMs,
    },
  );
}

export function errorOfEnvelope(envelope: ErrorEnvelope, retryAfterMs?: number): FrontDoorError {
  const { error, error_code: code, request_id: requestId, status, retryable, outcome, details } = envelope;
  return new FrontDoorError(error, { code, status, retryable, outcome, requestId, details, retryAfterMs });
}

function envelopeOf(text: string): ErrorEnvelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isEnvelope(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isEnvelope(value: unknown): value is ErrorEnvelope {
  return typeof value === "object" && value !== null && "error_code" in value && "retryable" in value;
}
