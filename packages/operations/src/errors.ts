import * as z from "zod";
import { openEnum } from "./open-enum.ts";

/** Only this product has the code. From Databricks it would mean something else. */
const ours = { isOurs: true };

/** Repeating the request does not help. */
function permanent(status: number, meaning: string, { isOurs } = { isOurs: false }) {
  return { status, retryable: false, meaning, isOurs };
}

/** The same request can succeed later. */
function temporary(status: number, meaning: string, { isOurs } = { isOurs: false }) {
  return { status, retryable: true, meaning, isOurs };
}

/**
 * Every error code of this product, and those codes of Databricks that have one status whatever HTTP status they arrive
 * with. Any other code of Databricks keeps the status it arrived with.
 */
export const errorTable = {
  BAD_REQUEST: permanent(400, "The request cannot be read."),
  MALFORMED_REQUEST: permanent(400, "The body is not JSON, although its content type says so."),
  INVALID_PARAMETER_VALUE: permanent(400, "A parameter is missing or invalid; `details` names the field."),
  STATEMENT_FAILED: permanent(400, "The statement failed; `details` has its error class and SQLSTATE.", ours),
  ROW_TOO_LARGE: permanent(
    400,
    "A row of the result is larger than the gateway can hold. Select fewer columns or parts of long values.",
    ours,
  ),
  SIGN_IN_FAILED: permanent(
    400,
    "The sign-in with Databricks was not completed. Begin a new one at `/auth/login`.",
    ours,
  ),
  SESSION_ENDED: permanent(401, "The session has ended or is unknown. Sign in again at `/auth/login`.", ours),
  UNAUTHENTICATED: permanent(401, "A credential is missing, malformed or not accepted."),
  PERMISSION_DENIED: permanent(403, "The identity may not do this."),
  HOST_NOT_ALLOWED: permanent(403, "The request names a host that is not configured.", ours),
  IDENTITY_NOT_ALLOWED: permanent(
    403,
    "The policy does not allow the operation as the identity that the request names.",
    ours,
  ),
  OPERATION_NOT_ALLOWED: permanent(403, "The policy or the API key does not allow the operation here.", ours),
  ORIGIN_NOT_ALLOWED: permanent(403, "The request comes from a web page of an unknown origin.", ours),
  PROXY_NOT_TRUSTED: permanent(403, "Identity headers are accepted from a trusted proxy only.", ours),
  NOT_FOUND: permanent(404, "There is nothing at this path."),
  UNKNOWN_WORKSPACE: permanent(404, "The gateway has no workspace of this name.", ours),
  UNKNOWN_OPERATION: permanent(404, "The gateway has no operation of this name.", ours),
  RESOURCE_DOES_NOT_EXIST: permanent(404, "The named object does not exist."),
  CATALOG_DOES_NOT_EXIST: permanent(404, "The catalog does not exist."),
  SCHEMA_DOES_NOT_EXIST: permanent(404, "The schema does not exist."),
  TABLE_DOES_NOT_EXIST: permanent(404, "The table does not exist."),
  PRINCIPAL_DOES_NOT_EXIST: permanent(404, "The user, group or service principal does not exist."),
  FUNCTION_DOES_NOT_EXIST: permanent(404, "The function does not exist."),
  VOLUME_DOES_NOT_EXIST: permanent(404, "The volume does not exist."),
  METHOD_NOT_ALLOWED: permanent(405, "The path does not support this method."),
  NOT_ACCEPTABLE: permanent(406, "The route cannot reply with any type that `Accept` names."),
  REQUEST_TIMEOUT: temporary(408, "The body stopped arriving."),
  ALREADY_EXISTS: permanent(409, "An object of this name already exists."),
  RESOURCE_ALREADY_EXISTS: permanent(409, "An object of this name already exists."),
  CATALOG_ALREADY_EXISTS: permanent(409, "A catalog of this name already exists."),
  SCHEMA_ALREADY_EXISTS: permanent(409, "A schema of this name already exists."),
  TABLE_ALREADY_EXISTS: permanent(409, "A table of this name already exists."),
  VOLUME_ALREADY_EXISTS: permanent(409, "A volume of this name already exists."),
  RESOURCE_CONFLICT: permanent(409, "The state of the object does not allow this."),
  PRECONDITION_FAILED: permanent(412, "A condition of the request's headers is not met."),
  PAYLOAD_TOO_LARGE: permanent(413, "The body is larger than the route accepts."),
  URI_TOO_LONG: permanent(414, "The URL is longer than any route needs."),
  UNSUPPORTED_MEDIA_TYPE: permanent(415, "The route does not accept this content type."),
  RANGE_NOT_SATISFIABLE: permanent(416, "The file has no bytes in this range."),
  REQUEST_HEADERS_TOO_LARGE: permanent(431, "The headers are larger than any route needs."),
  RESOURCE_EXHAUSTED: temporary(
    429,
    "Too many requests, or a share of a limit is used up. Wait as long as `Retry-After` says.",
  ),
  REQUEST_LIMIT_EXCEEDED: temporary(429, "Too many requests. Wait as long as `Retry-After` says."),
  RATE_LIMITED: temporary(
    429,
    "The caller sends too many requests. Wait as long as `Retry-After` says.",
    ours,
  ),
  CANCELLED: temporary(499, "The caller hung up before the reply was ready."),
  INTERNAL_ERROR: permanent(500, "A defect of this product. The log explains it under the request id."),
  NOT_IMPLEMENTED: permanent(501, "This is not supported here."),
  UPSTREAM_UNREACHABLE: temporary(502, "Databricks could not be reached, or closed the connection.", ours),
  WORKSPACE_SIGN_IN_FAILED: permanent(
    502,
    "The gateway could not sign in to Databricks: its login service refused. Nothing was done.",
    ours,
  ),
  UPSTREAM_ERROR: temporary(502, "Databricks failed with an error of its own.", ours),
  UPSTREAM_INVALID_RESPONSE: permanent(502, "Databricks sent a reply that does not match its API.", ours),
  TEMPORARILY_UNAVAILABLE: temporary(
    503,
    "Databricks is too busy, or a limit of this installation is reached. Wait as long as `Retry-After` says.",
  ),
  GATEWAY_UNAVAILABLE: temporary(
    503,
    "The gateway does not answer. Wait as long as `Retry-After` says.",
    ours,
  ),
  AUDIT_UNAVAILABLE: temporary(
    503,
    "The gateway's audit log cannot be written, so operations that may change data are refused. Nothing was done.",
    ours,
  ),
  SIGN_IN_UNAVAILABLE: temporary(
    503,
    "The caller cannot be identified now. Wait as long as `Retry-After` says.",
    ours,
  ),
  WAREHOUSE_STARTING: temporary(
    503,
    "The SQL warehouse is starting and was not ready within the deadline. Wait as long as `Retry-After` says.",
    ours,
  ),
  DEADLINE_EXCEEDED: temporary(504, "Databricks did not answer within the deadline."),
  HTTP_VERSION_NOT_SUPPORTED: permanent(505, "The reply is streamed, which needs HTTP/1.1."),
  INSUFFICIENT_STORAGE: temporary(507, "The disk of this installation is full."),
};

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}


const errorDetail = z
  .object({
    field: z
      .string()
      .optional()
      .describe("The parameter that was refused, with a path into it: `params.zone`."),
    message: z.string().optional().describe("What is wrong with it."),
    error_class: z.string().optional().describe("A statement's error class, like `TABLE_OR_VIEW_NOT_FOUND`."),
    sql_state: z.string().optional().describe("A statement's SQLSTATE, like `42P01`."),
    reason: z.string().optional().describe("Databricks' name for the cause, or the kind of its detail."),
    domain: z.string().optional().describe("The service of Databricks whose name `reason` is."),
    metadata: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("What else Databricks says about it, by name."),
  })
  .meta({ id: "ErrorDetail" });

/** The body of every failure, of the front door and of the gateway alike. */
export const errorEnvelope = z
  .object({
    error: z.string().describe("What went wrong, for a person."),
    status: z.int().min(400).max(599).describe("The HTTP status of the reply."),
    error_code: openEnum(
      "ErrorCode",
      Object.keys(errorTable) as ErrorCode[],
      "What went wrong, for a program: a code of this product, or Databricks' own.",
    ),
    request_id: z.string().describe("The id of this request in the logs."),
    retryable: z
      .boolean()
      .describe("Whether the same request can succeed later, and it is safe to send it again."),
    outcome: z
      .literal("unknown")
      .optional()
      .describe(
        "Present if the operation may have taken effect although it failed: look before you send it again.",
      ),
    details: z
      .array(errorDetail)
      .optional()
      .describe(
        "For a program: each refused parameter, the failure of a statement, or what Databricks adds.",
      ),
  })
  .meta({ id: "Error" });

export type ErrorEnvelope = z.output<typeof errorEnvelope>;
export type ErrorDetail = z.output<typeof errorDetail>;

export interface OperationErrorOptions {
  /** Overrides the table's status, for a Databricks 4xx whose code is not in the table. */
  readonly status?: number;
  readonly retryable?: boolean;
  /** Whole seconds for the `Retry-After` header. */
  readonly retryAfterSeconds?: number | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  /** Databricks did nothing, although the status alone does not say so: the request was never sent, for example. */
  readonly surelyNotRun?: boolean;
  readonly outcome?: "unknown" | undefined;
  /** For the log only. It never reaches a caller. */
  readonly cause?: unknown;
}

/** A failure whose message and details the caller may see. Any other error becomes a redacted 500. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly surelyNotRun: boolean;
  readonly outcome: "unknown" | undefined;

  constructor(code: ErrorCode | (string & {}), message: string, options: OperationErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const known = isErrorCode(code) ? errorTable[code] : undefined;
    this.code = code;
    this.status = options.status ?? known?.status ?? 500;
    this.retryable = options.retryable ?? known?.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.details = options.details;
    this.surelyNotRun = options.surelyNotRun ?? false;
    this.outcome = options.outcome;
  }

  /** A copy with some of it changed. */
  with(changes: OperationErrorOptions, message = this.message): OperationError {
    const { code, status, retryable, retryAfterSeconds, details, surelyNotRun, outcome, cause } = this;
    const kept = { status, retryable, retryAfterSeconds, details, surelyNotRun, outcome, cause };
    return new OperationError(code, message, { ...kept, ...changes });
  }

  /**
   * What `console.log`, `util.inspect` and Node's crash output show. Node would print the cause with all its fields, and the
   * errors of the SDK and of undici contain requests with their tokens (docs/sdk-transport.md, SDK 14).
   */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const cause = this.cause === undefined ? "" : `\n  [cause]: ${kindOf(this.cause)}`;
    const [, ...frames] = (this.stack ?? "").split(/\n(?=[ \t]+at )/);
    return [`${this.name} ${this.code} (${this.status}): ${this.message}${cause}`, ...frames].join("\n");
  }
}

function kindOf(cause: unknown): string {
  return cause instanceof Error ? cause.constructor.name : typeof cause;
}

/** Any thrown value as an OperationError. What is not one is a defect: INTERNAL_ERROR, with the value as its cause. */
export function asOperationError(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  const message = "Internal error. The log explains it under this request id.";
  return new OperationError("INTERNAL_ERROR", message, { cause: error });
}

/** The envelope of any thrown value. It reveals nothing about an error that is not an {@link OperationError}. */
export function toErrorEnvelope(error: unknown, requestId: string): ErrorEnvelope {
  const { code, message, status, retryable, outcome, details = [] } = asOperationError(error);
  return {
    error: message,
    status,
    error_code: code,
    request_id: requestId,
    retryable,
    ...(outcome === undefined ? {} : { outcome }),
    ...(details.length > 0 ? { details: [...details] } : {}),
  };
}
