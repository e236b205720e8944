import { addAbortSignal, Readable } from "node:stream";
import { type ErrorDetail, OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { toUpstreamError } from "../databricks/api-error.ts";
import { isCredentialRefused } from "../databricks/credential.ts";
import { readText } from "../databricks/read-text.ts";

/** The fields that tell the driver's errors apart. They share no base class, and not all are Errors. */
interface DriverError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly errorCode?: unknown;
  readonly response?: {
    readonly sqlState?: unknown;
    readonly displayMessage?: unknown;
    readonly errorMessage?: unknown;
    readonly headers?: { get(name: string): string | null };
    readonly body?: unknown;
  };
}

const messageLengthMax = 10_000;
const bodyBytesMax = 64 * 1024;
/** An error's body is not worth a long wait: the deadline may have passed already. */
const bodyMs = 1_000;

/** Maps an error of the driver to what the caller sees (docs/sdk-transport.md, driver 6). */
export async function toStatementError(error: unknown, redact: Redactor): Promise<OperationError> {
  if (error instanceof OperationError) return error;
  const { name, message, code, statusCode, errorCode, response } = fieldsOf(error);
  const text = typeof message === "string" ? message : "";
  // THTTPException: an HTTP status other than 200.
  if (typeof statusCode === "number") return toHttpError(statusCode, response, redact);
  // OperationStateError: the statement ended without success.
  if (typeof errorCode === "string" && error instanceof Error) {
    return toStateError(errorCode, response, text, redact);
  }
  // StatusError, which is not an Error: Databricks refused a call of the protocol.
  if (name === "Status Error") return statementFailed(text, undefined, redact);
  // HiveDriverError after the driver's own retries: only its message has the status.
  const [, exhausted] = /^Hive driver: (\d{3}) when connecting/.exec(text) ?? [];
  if (exhausted !== undefined) return toHttpError(Number(exhausted), undefined, redact);
  if (text === "Request timed out") {
    return new OperationError("DEADLINE_EXCEEDED", "Databricks did not answer within the deadline.", {
      cause: error,
    });
  }
  // An error of Node's network layer has a code, except when the connection breaks in a reply.
  const isBroken = /^Hive driver: Error when connecting|socket hang up|premature close/i.test(text);
  if (isBroken || typeof code === "string") {
    return new OperationError("UPSTREAM_UNREACHABLE", "Databricks could not be reached.", { cause: error });
  }
  return new OperationError("INTERNAL_ERROR", "", { cause: error });
}

/** Whether the session has expired; the driver sends no heartbeat (docs/sdk-transport.md, driver 8). */
export function isInvalidSession(error: unknown): boolean {
  const { name, message } = fieldsOf(error);
  return name === "Status Error" && typeof message === "string" && /invalid sessionhandle/i.test(message);
}

/** Whether Databricks says that the statement has ended or was refused, so there is nothing to cancel. */
export function hasEnded(error: unknown): boolean {
  const { name, errorCode } = fieldsOf(error);
  return (
    name === "Status Error" || errorCode === "ERROR" || errorCode === "TIMEOUT" || errorCode === "CANCELED"
  );
}

/** Whether Databricks surely did not start the call. After a connection reset that is unknown. */
export function isSurelyNotStarted(error: unknown): boolean {
  const { code, statusCode } = fieldsOf(error);
  return statusCode === 429 || statusCode === 503 || code === "ECONNREFUSED";
}

/** Whether Databricks refused the credential, and so did nothing. */
export function isRefusedCredential(error: unknown): boolean {
  const { statusCode, response } = fieldsOf(error);
  const reason = response?.headers?.get("x-databricks-reason-phrase");
  return typeof statusCode === "number" && isCredentialRefused(statusCode, reason);
}

/** Milliseconds that Databricks asks to wait, if it says so. */
export function retryAfterMsOf(error: unknown): number | undefined {
  const header = fieldsOf(error).response?.headers?.get("retry-after") ?? "";
  return /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : undefined;
}

async function toHttpError(
  status: number,
  response: DriverError["response"],
  redact: Redactor,
): Promise<OperationError> {
  const text = await bodyOf(response);
  const retryAfter = response?.headers?.get("retry-after") ?? undefined;
  return toUpstreamError({ status, retryAfter, text }, redact);
}

/** The body, or nothing if it does not arrive in time. */
async function bodyOf(response: DriverError["response"]): Promise<string> {
  const body = response?.body;
  if (!(body instanceof Readable)) return "";
  try {
    return (await readText(addAbortSignal(AbortSignal.timeout(bodyMs), body), bodyBytesMax)).text;
  } catch {
    return "";
  }
}

function toStateError(
  state: string,
  response: DriverError["response"],
  text: string,
  redact: Redactor,
): OperationError {
  const message = stringOf(response?.displayMessage) ?? stringOf(response?.errorMessage) ?? text;
  if (state === "TIMEOUT") {
    const cause = new Error(redact(message));
    return new OperationError("DEADLINE_EXCEEDED", "The statement exceeded its time limit.", { cause });
  }
  if (state === "CANCELED" || state === "CLOSED") {
    return statementFailed("The statement was cancelled at Databricks.", undefined, redact);
  }
  return statementFailed(message, stringOf(response?.sqlState), redact);
}

/** The error of a statement that Databricks could not run, in Databricks' words, with its error class and SQLSTATE. */
function statementFailed(message: string, sqlState: string | undefined, redact: Redactor): OperationError {
  const words = redact(wordsOf(message)) || "Databricks could not run the statement.";
  const detail = failureDetail(words, sqlState);
  // The session's STATEMENT_TIMEOUT, a safety net under our own deadline.
  if (detail["error_class"] === "STATEMENT_TIMEOUT" || sqlState === "57KD0") {
    return new OperationError("DEADLINE_EXCEEDED", words, { details: [detail] });
  }
  const details = Object.keys(detail).length > 0 ? [detail] : [];
  return new OperationError("STATEMENT_FAILED", words, { details });
}

/** Reads the error class and SQLSTATE from a message of the form `[ERROR_CLASS] … SQLSTATE: 42601`. */
export function failureDetail(message: string, sqlState: string | undefined): ErrorDetail {
  const [, errorClass] = /\[([A-Z][A-Z0-9_]+(?:\.[A-Z][A-Z0-9_]+)*)\]/.exec(message) ?? [];
  const state = sqlState ?? /\bSQLSTATE: ([0-9A-Z]{5})\b/.exec(message)?.[1];
  return {
    ...(errorClass === undefined ? {} : { error_class: errorClass }),
    ...(state === undefined || state === "" ? {} : { sql_state: state }),
  };
}

/** Removes the Java exception before a message and the stack trace after it, which Thrift's messages can have. */
function wordsOf(message: string): string {
  const [words = ""] = message.slice(0, messageLengthMax).split(/\n[ \t]+at /, 1);
  return words
    .replace(/^(?:[\w$.]+(?:Exception|Error): )+/, "")
    .replace(/^Error running query: (?:\[[\w.]+\] )?(?:[\w$.]+(?:Exception|Error): )?/, "")
    .trim();
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldsOf(error: unknown): DriverError {
  return typeof error === "object" && error !== null ? error : {};
}
