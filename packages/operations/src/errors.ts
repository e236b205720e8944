import * as z from "zod";

interface ErrorTableEntry {
  readonly status: number;
  /** Whether the same request, unchanged, can succeed later. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/**
 * Every error code of this product, and those codes of Databricks that have one status whatever HTTP status they arrive
 * with. Any other code of Databricks keeps the status it arrived with.
 */
export const errorTable = {
  BAD_REQUEST: { status: 400, retryable: false, meaning: "The request cannot be read." },
  MALFORMED_REQUEST: {
    status: 400,
    retryable: false,
    meaning: "The body is not JSON, although its content type says so.",
  },
  INVALID_PARAMETER_VALUE: {
    status: 400,
    retryable: false,
    meaning: "A parameter is missing or invalid; `details` names the field.",
  },
  STATEMENT_FAILED: {
    status: 400,
    retryable: false,
    meaning: "Databricks could not run the statement; `details` has its error class and SQLSTATE.",
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    meaning: "A credential is missing, malformed or not accepted.",
  },
  PERMISSION_DENIED: { status: 403, retryable: false, meaning: "The identity may not do this." },
  HOST_NOT_ALLOWED: {
    status: 403,
    retryable: false,
    meaning: "The request is addressed to a host, or names one, that is not configured.",
  },
  IDENTITY_NOT_ALLOWED: {
    status: 403,
    retryable: false,
    meaning:
      "The policy of this installation does not allow the operation as the identity that the request names.",
  },
  OPERATION_NOT_ALLOWED: {
    status: 403,
    retryable: false,
    meaning:
      "This installation, or the caller's key, does not allow the operation, or not on this catalog or path.",
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    retryable: false,
    meaning: "The request comes from a web page of an origin that is not configured.",
  },
  PROXY_NOT_TRUSTED: {
    status: 403,
    retryable: false,
    meaning: "The request has the identity headers of a proxy, but does not come from a trusted one.",
  },
  NOT_FOUND: { status: 404, retryable: false, meaning: "There is nothing at this path." },
  UNKNOWN_WORKSPACE: {
    status: 404,
    retryable: false,
    meaning: "The gateway has no workspace of this name.",
  },
  UNKNOWN_OPERATION: { status: 404, retryable: false, meaning: "The gateway has no operation of this name." },
  RESOURCE_DOES_NOT_EXIST: { status: 404, retryable: false, meaning: "The named object does not exist." },
  CATALOG_DOES_NOT_EXIST: { status: 404, retryable: false, meaning: "The catalog does not exist." },
  SCHEMA_DOES_NOT_EXIST: { status: 404, retryable: false, meaning: "The schema does not exist." },
  TABLE_DOES_NOT_EXIST: { status: 404, retryable: false, meaning: "The table does not exist." },
  VOLUME_DOES_NOT_EXIST: { status: 404, retryable: false, meaning: "The volume does not exist." },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, meaning: "The path does not support this method." },
  NOT_ACCEPTABLE: {
    status: 406,
    retryable: false,
    meaning: "The route cannot reply with any type that `Accept` names.",
  },
  REQUEST_TIMEOUT: { status: 408, retryable: true, meaning: "The body stopped arriving." },
  ALREADY_EXISTS: { status: 409, retryable: false, meaning: "An object of this name already exists." },
  RESOURCE_ALREADY_EXISTS: {
    status: 409,
    retryable: false,
    meaning: "An object of this name already exists.",
  },
  CATALOG_ALREADY_EXISTS: {
    status: 409,
    retryable: false,
    meaning: "A catalog of this name already exists.",
  },
  SCHEMA_ALREADY_EXISTS: {
    status: 409,
    retryable: false,
    meaning: "A schema of this name already exists.",
  },
  TABLE_ALREADY_EXISTS: { status: 409, retryable: false, meaning: "A table of this name already exists." },
  VOLUME_ALREADY_EXISTS: {
    status: 409,
    retryable: false,
    meaning: "A volume of this name already exists.",
  },
  RESOURCE_CONFLICT: {
    status: 409,
    retryable: false,
    meaning: "The object is in a state that forbids this.",
  },
  PRECONDITION_FAILED: {
    status: 412,
    retryable: false,
    meaning: "A condition of the request's headers is not met.",
  },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, meaning: "The body is larger than the route accepts." },
  URI_TOO_LONG: { status: 414, retryable: false, meaning: "The URL is longer than any route needs." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    meaning: "The route does not accept this content type.",
  },
  RANGE_NOT_SATISFIABLE: { status: 416, retryable: false, meaning: "The file has no bytes in this range." },
  REQUEST_HEADERS_TOO_LARGE: {
    status: 431,
    retryable: false,
    meaning: "The headers are larger than any route needs.",
  },
  RESOURCE_EXHAUSTED: {
    status: 429,
    retryable: true,
    meaning: "Too many requests. Wait as long as `Retry-After` says.",
  },
  REQUEST_LIMIT_EXCEEDED: {
    status: 429,
    retryable: true,
    meaning: "Too many requests. Wait as long as `Retry-After` says.",
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    meaning: "The caller has used up its requests at the front door. Wait as long as `Retry-After` says.",
  },
  CANCELLED: { status: 499, retryable: true, meaning: "The caller hung up before the reply was ready." },
  INTERNAL_ERROR: {
    status: 500,
    retryable: false,
    meaning: "A defect of this product. The log has it under the request id.",
  },
  NOT_IMPLEMENTED: { status: 501, retryable: false, meaning: "This is not supported here." },
  UPSTREAM_UNREACHABLE: {
    status: 502,
    retryable: true,
    meaning: "Databricks could not be reached, or closed the connection.",
  },
  UPSTREAM_ERROR: { status: 502, retryable: true, meaning: "Databricks failed with an error of its own." },
  UPSTREAM_INVALID_RESPONSE: {
    status: 502,
    retryable: false,
    meaning: "Databricks answered with something other than its API describes.",
  },
  TEMPORARILY_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: "Databricks is too busy. Wait as long as `Retry-After` says.",
  },
  GATEWAY_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: "The gateway process does not answer. Wait as long as `Retry-After` says.",
  },
  SIGN_IN_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: "The caller's identity cannot be checked at the moment. Wait as long as `Retry-After` says.",
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    retryable: true,
    meaning: "Databricks did not answer within the deadline.",
  },
} as const satisfies Record<string, ErrorTableEntry>;

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** The body of every failure, of the front door and of the gateway alike. */
export const errorEnvelope = z
  .object({
    error: z.string().describe("What went wrong, for a person."),
    status: z.int().min(400).max(599).describe("The HTTP status of the reply."),
    error_code: z
      .string()
      .describe("What went wrong, for a program: a code of the error table or Databricks' own."),
    request_id: z.string().describe("The id under which both logs know this request."),
    retryable: z.boolean().describe("Whether the same request can succeed later."),
    details: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe("For a program: the fields that were refused, or Databricks' own error details."),
  })
  .meta({ id: "Error" });

export type ErrorEnvelope = z.output<typeof errorEnvelope>;
export type ErrorDetail = NonNullable<ErrorEnvelope["details"]>[number];

export interface OperationErrorOptions {
  /** Overrides the table's status, for a Databricks 4xx with a code that the table does not have. */
  readonly status?: number;
  readonly retryable?: boolean;
  /** Whole seconds for the `Retry-After` header. */
  readonly retryAfterSeconds?: number;
  readonly details?: readonly ErrorDetail[];
  /** For the log only. It never reaches a caller. */
  readonly cause?: unknown;
}

/** A failure whose message and details the caller may see. Anything else that is thrown becomes a redacted 500. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly details: readonly ErrorDetail[] | undefined;

  constructor(code: ErrorCode | (string & {}), message: string, options: OperationErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const known = isErrorCode(code) ? errorTable[code] : undefined;
    this.code = code;
    this.status = options.status ?? known?.status ?? 500;
    this.retryable = options.retryable ?? known?.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.details = options.details;
  }

  /**
   * What `console.log`, `util.inspect` and Node's crash output show. Node would print the cause and everything it refers to:
   * the errors of the SDK and of undici hold requests, and so tokens (docs/sdk-transport.md, SDK 14).
   */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const cause = this.cause === undefined ? "" : `\n  [cause]: ${kindOf(this.cause)}`;
    const [, ...frames] = (this.stack ?? "").split(/\n(?=\s+at )/);
    return [`${this.name} ${this.code} (${this.status}): ${this.message}${cause}`, ...frames].join("\n");
  }
}

function kindOf(cause: unknown): string {
  return cause instanceof Error ? cause.constructor.name : typeof cause;
}

/** The envelope of any thrown value. It tells nothing of what is not an {@link OperationError}. */
export function toErrorEnvelope(error: unknown, requestId: string): ErrorEnvelope {
  const known =
    error instanceof OperationError
      ? error
      : new OperationError("INTERNAL_ERROR", "Internal error. The log has it under this request id.");
  return {
    error: known.message,
    status: known.status,
    error_code: known.code,
    request_id: requestId,
    retryable: known.retryable,
    ...(known.details && known.details.length > 0 ? { details: [...known.details] } : {}),
  };
}

function messageOf(issue: z.core.$ZodIssue): string {
  return issue.message.endsWith("received undefined") ? "is required" : issue.message;
}

/** One 400 that names every refused field, in the order in which the schema has them. */
export function toInvalidParameterError(error: z.ZodError): OperationError {
  const details = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      const message = "is not a parameter here";
      return issue.keys.map((key) => ({ field: [...path, key].join("."), message }));
    }
    const { at, message } = innermost(issue, path);
    return [{ field: at.join("."), message }];
  });
  const first = details[0] ?? { field: "", message: "invalid" };
  return new OperationError(
    "INVALID_PARAMETER_VALUE",
    first.field === "" ? first.message : `${first.field}: ${first.message}`,
    { details },
  );
}

/** For a value that fits none of several shapes: the problem in the shape that it fits best, if that is inside the value. */
function innermost(
  issue: z.core.$ZodIssue,
  path: readonly string[],
): { at: readonly string[]; message: string } {
  const within =
    issue.code === "invalid_union" ? issue.errors : issue.code === "invalid_key" ? [issue.issues] : [];
  const deepest = within
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .map((inner) => innermost(inner, [...path, ...inner.path.map(String)]))
    .toSorted((a, b) => b.at.length - a.at.length)[0];
  const goesInside =
    deepest !== undefined && (deepest.at.length > path.length || issue.code === "invalid_key");
  return goesInside ? deepest : { at: path, message: messageOf(issue) };
}
