import { asOperationError, type ErrorCode, type ErrorDetail, OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { redirected, toUpstreamError } from "../databricks/api-error.ts";
import { proxyRefusal } from "../databricks/proxy-refusal.ts";
import { retryAfterSecondsOf } from "../databricks/retry-after.ts";
import { brokenOff } from "../databricks/transport-error.ts";
import { CallFailure, headerOf, plainWords, rawWordsOf, StatusFailure, wordsOf } from "./call-failure.ts";
import {
  isOfOpenSession,
  isRefusal,
  isSessionLost,
  isWarehouseDeleted,
  isWarehouseStarting,
} from "./warehouse-state.ts";

/** The fields of the driver's OperationStateError: the statement ended without success. */
interface StateError {
  readonly message?: unknown;
  readonly errorCode?: unknown;
  readonly response?: {
    readonly sqlState?: unknown;
    readonly displayMessage?: unknown;
    readonly errorMessage?: unknown;
  };
}

const wordsLengthMax = 2_000;
/** How long a warehouse takes to start, at the least. */
const startingSeconds = 5;

/** Maps a failure of the driver to what the caller sees (docs/sdk-transport.md, driver 6). */
export function toStatementError(error: unknown, redact: Redactor): OperationError {
  if (error instanceof OperationError) return error;
  if (error instanceof CallFailure || error instanceof StatusFailure) {
    return toUnreadyError(error, redact) ?? toCallError(error, redact);
  }
  const { errorCode } = fieldsOf(error);
  if (typeof errorCode === "string" && error instanceof Error) return toStateError(error, redact);
  return asOperationError(error);
}

/** Whether Databricks says that the statement has ended, so there is nothing to cancel. */
export function hasEnded(error: unknown): boolean {
  const { errorCode } = fieldsOf(error);
  return errorCode === "ERROR" || errorCode === "TIMEOUT" || errorCode === "CANCELED";
}

/**
 * Whether a refusal names an error of the statement itself, such as a syntax error, by its error class or SQLSTATE. Those of
 * a session or a connection (08, HY) name none.
 */
export function isOwnError(refusal: unknown): boolean {
  const words = rawWordsOf(refusal);
  const given = refusal instanceof StatusFailure ? refusal.sqlState : undefined;
  const { error_class: errorClass, sql_state: sqlState } = failureDetail(words, given);
  if (typeof errorClass === "string") return !/SESSION|HANDLE/.test(errorClass);
  return (
    words.includes("Error running query: ") || (typeof sqlState === "string" && !/^(?:08|HY)/.test(sqlState))
  );
}

/** The failure of a warehouse that is starting, stopped or gone, or has lost its sessions; undefined for any other. */
function toUnreadyError(failure: CallFailure | StatusFailure, redact: Redactor): OperationError | undefined {
  const words = redact(wordsOf(failure)).slice(0, wordsLengthMax);
  if (isSessionLost(failure) || isWarehouseStarting(failure)) {
    return new OperationError("WAREHOUSE_STARTING", `The SQL warehouse is not ready: ${words}`, {
      retryAfterSeconds: retryAfterSecondsOf(headerOf(failure, "retry-after")) ?? startingSeconds,
      cause: failure,
    });
  }
  if (!isWarehouseDeleted(failure)) return undefined;
  return new OperationError("RESOURCE_DOES_NOT_EXIST", words, { cause: failure });
}

function toCallError(failure: CallFailure | StatusFailure, redact: Redactor): OperationError {
  if (failure instanceof StatusFailure) return toStatusError(failure, redact);
  const cause = failure;
  switch (failure.kind) {
    case "not connected":
      return (
        proxyRefusal(failure.cause) ??
        new OperationError("UPSTREAM_UNREACHABLE", "Databricks could not be reached.", { cause })
      );
    case "no reply":
      return new OperationError(
        "UPSTREAM_UNREACHABLE",
        "Databricks closed the connection before it replied.",
        { cause },
      );
    case "cut":
      return new OperationError("UPSTREAM_UNREACHABLE", brokenOff, { cause });
    case "late":
      return new OperationError("DEADLINE_EXCEEDED", "Databricks did not answer within the deadline.", {
        cause,
      });
    case "exception":
      return new OperationError("UPSTREAM_ERROR", "Databricks failed with an internal error.", { cause });
    case "unreadable":
      return invalidResponse("Databricks answered with something other than its protocol describes.", cause);
    case "no room":
      return asOperationError(failure.cause);
    case "status":
      return toHttpError(failure, redact);
    default:
      return failure.kind satisfies never;
  }
}

function toHttpError(failure: CallFailure, redact: Redactor): OperationError {
  const { status = 0, headers = {}, text = "" } = failure.reply ?? {};
  if (status < 300) return invalidResponse(`Databricks answered with the HTTP status ${status}.`, failure);
  if (status < 400) return redirected(status, headerOf(failure, "location"), redact);
  const words = headerOf(failure, "x-thriftserver-error-message") ?? (text.trim() || undefined);
  const reason = words ?? headerOf(failure, "x-databricks-reason-phrase") ?? "";
  return toUpstreamError({ status, headers, text: reason }, redact);
}

function invalidResponse(message: string, cause: Error): OperationError {
  return new OperationError("UPSTREAM_INVALID_RESPONSE", message, { cause });
}

/** Only a refused statement, or one that failed while its rows were read, is the statement's own failure. */
function toStatusError(failure: StatusFailure, redact: Redactor): OperationError {
  if (isOfOpenSession(failure)) return sessionRefused(failure, redact);
  const { message, sqlState } = failure;
  // The first rows come along with the reply to ExecuteStatement.
  const isOfRows = failure.call === "fetchResults" || failure.call === "resultSet";
  if (isRefusal(failure) || (isOfRows && errorClassOf(message) !== undefined))
    return statementFailed(message, sqlState, redact);
  return new OperationError("UPSTREAM_ERROR", "Databricks failed while the statement was running.", {
    cause: new Error(redact(`${failure.call}: ${plainWords(message)}`)),
  });
}

/** What is wrong with the identity, the catalog, the schema or the warehouse. No statement was sent. */
function sessionRefused({ message, sqlState }: StatusFailure, redact: Redactor): OperationError {
  const words = redact(plainWords(message)).slice(0, wordsLengthMax);
  const detail = failureDetail(words, sqlState);
  return new OperationError(codeOfRefusal(words, sqlState), `Databricks opened no session: ${words}`, {
    details: Object.keys(detail).length > 0 ? [detail] : [],
    cause: new Error(`OpenSession was refused: ${words}`),
  });
}

function codeOfRefusal(words: string, sqlState: string | undefined): ErrorCode {
  const isDenied = /denied|permission|privilege|authorized|forbidden/i.test(words);
  if (isDenied || sqlState === "42501") return "PERMISSION_DENIED";
  if (!/not[ _]found|not[ _]exist|no[ _]such|no longer exists/i.test(words)) return "UPSTREAM_ERROR";
  if (/catalog/i.test(words)) return "CATALOG_DOES_NOT_EXIST";
  return /schema|database/i.test(words) ? "SCHEMA_DOES_NOT_EXIST" : "UPSTREAM_ERROR";
}

function toStateError(error: Error & StateError, redact: Redactor): OperationError {
  const { response } = error;
  const message = stringOf(response?.displayMessage) ?? stringOf(response?.errorMessage) ?? error.message;
  switch (error.errorCode) {
    case "ERROR":
      return statementFailed(message, stringOf(response?.sqlState), redact);
    case "TIMEOUT": {
      const cause = new Error(redact(plainWords(message)));
      return new OperationError("DEADLINE_EXCEEDED", "The statement exceeded its time limit.", { cause });
    }
    case "CANCELED":
      return statementFailed("The statement was cancelled at Databricks.", undefined, redact);
    default: {
      // Closed with its session, as when a warehouse stops, or a state that the driver does not know.
      const words = redact(plainWords(message));
      const cause = new Error(`the statement's state is ${String(error.errorCode)}: ${words}`);
      return new OperationError("UPSTREAM_ERROR", "Databricks ended the statement without a result.", {
        cause,
      });
    }
  }
}

/** The error of a statement that Databricks could not run, in Databricks' words, with its error class and SQLSTATE. */
function statementFailed(message: string, sqlState: string | undefined, redact: Redactor): OperationError {
  const words = redact(plainWords(message)) || "Databricks could not run the statement.";
  const detail = failureDetail(words, sqlState);
  const details = Object.keys(detail).length > 0 ? [detail] : [];
  // For the log, which has no words of a statement.
  const known = [detail.error_class, detail.sql_state].filter((each) => each !== undefined);
  const cause = new Error(`the statement failed: ${known.join(", ") || "no error class"}`);
  // The session's STATEMENT_TIMEOUT, a safety net under our own deadline.
  if (detail["error_class"] === "STATEMENT_TIMEOUT" || sqlState === "57KD0") {
    return new OperationError("DEADLINE_EXCEEDED", words, { details, cause });
  }
  return new OperationError("STATEMENT_FAILED", words, { details, cause });
}

/** The error class and SQLSTATE of a message of the form `[ERROR_CLASS] … SQLSTATE: 42601`. */
export function failureDetail(message: string, sqlState: string | undefined): ErrorDetail {
  const errorClass = errorClassOf(message);
  const given = /^[0-9A-Z]{5}$/.test(sqlState ?? "") ? sqlState : undefined;
  const state = given ?? /\bSQLSTATE: ([0-9A-Z]{5})\b/.exec(message)?.[1];
  return {
    ...(errorClass === undefined ? {} : { error_class: errorClass }),
    ...(state === undefined ? {} : { sql_state: state }),
  };
}

/** The class that a message begins with, or the first in it that has more than one word: other brackets hold names. */
function errorClassOf(message: string): string | undefined {
  const words = plainWords(message);
  const [, first] = /^\[([A-Z][A-Z0-9_]+(?:\.[A-Z][A-Z0-9_]+)*)\]/.exec(words) ?? [];
  return first ?? /\[([A-Z][A-Z0-9]*[_.][A-Z0-9_.]*)\]/.exec(words)?.[1];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldsOf(error: unknown): StateError {
  return typeof error === "object" && error !== null ? error : {};
}
