import { headerOf, httpStatusOf, StatusFailure, wordsOf } from "./call-failure.ts";

// Databricks documents none of these wordings; docs/databricks.md, Thrift, has where they were seen. An error of a
// statement has its class in brackets before its words, and a statement can raise any words: none of them counts.

const lostSessions = [
  /^\[INVALID_HANDLE\.SESSION_/,
  /^(?:requirement failed: )?(?:invalid |unknown |no such )?session ?handle\b/i,
  /^(?:invalid|unknown|no such) session\b/i,
  /^(?:the |this )?session\b[^\n]{0,200}\b(?:closed|expired|terminated|timed out|not found|not exist|no longer exists)\b/i,
];

const starting = [
  /\bnot ready \(current state: /i,
  /\bbackground threadpool cannot accept new task/i,
  /\b(?:warehouse|endpoint|cluster)\b[^\n]{0,200}\b(?:is|was)(?: currently| still| now| being)? (?:starting|started|restarting|restarted|resizing|pending|not ready|not running|stopped|stopping|temporarily unavailable)\b/i,
  // While the machines of a classic warehouse boot.
  /^couldn't create directory \/local_disk0\//i,
];

const stopped = [
  /\bcurrent state: STOPP(?:ED|ING)\b/i,
  /\b(?:warehouse|endpoint)\b[^\n]{0,200}\b(?:stopped|stopping)\b/i,
];

const deleted = [
  /\bcurrent state: DELET(?:ED|ING)\b/i,
  /\b(?:warehouse|endpoint)\b[^\n]{0,200}\b(?:deleted|deleting|not found|not exist|no longer exists)\b/i,
];

/** Whether Databricks no longer knows the session. The statement did not run. */
export function isSessionLost(failure: unknown): boolean {
  if (!isRefusal(failure)) return false;
  return (
    (failure instanceof StatusFailure && failure.isInvalidHandle) || matches(wordsOf(failure), lostSessions)
  );
}

/** Whether the warehouse is not ready yet. Of a write this alone does not prove that it did not run. */
export function isWarehouseStarting(failure: unknown): boolean {
  if (isWarehouseDeleted(failure)) return false;
  if (httpStatusOf(failure) === 503 && headerOf(failure, "x-thriftserver-error-message") !== undefined)
    return true;
  return saysOfWarehouse(failure) && matches(wordsOf(failure), starting);
}

export function isWarehouseDeleted(failure: unknown): boolean {
  return saysOfWarehouse(failure) && matches(wordsOf(failure), deleted);
}

/** Whether the warehouse was deleted or is stopped, so that another one may serve. */
export function isWarehouseGone(failure: unknown): boolean {
  return saysOfWarehouse(failure) && tellsOfGoneWarehouse(wordsOf(failure));
}

/** The same of Databricks' own words over REST. */
export function tellsOfGoneWarehouse(words: string): boolean {
  return matches(words, [...stopped, ...deleted]);
}

function saysOfWarehouse(failure: unknown): boolean {
  return isRefusal(failure) || httpStatusOf(failure) === 503;
}

/** Databricks read the call and refused it: to open a session or to start the statement. */
export function isRefusal(failure: unknown): boolean {
  if (failure instanceof StatusFailure) {
    return failure.call === "openSession" || failure.call === "executeStatement";
  }
  const status = httpStatusOf(failure) ?? 0;
  return status >= 400 && status < 500;
}

function matches(said: string, wordings: readonly RegExp[]): boolean {
  // `BAD_REQUEST: ` is Databricks' code for the HTTP status.
  const words = said.replace(/^[A-Z_]{3,64}: /, "");
  if (/^\[(?!INVALID_HANDLE\.)/.test(words)) return false;
  return wordings.some((wording) => wording.test(words));
}
