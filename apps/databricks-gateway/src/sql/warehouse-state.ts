import { headerOf, httpStatusOf, plainWords, rawWordsOf, StatusFailure } from "./call-failure.ts";

// Databricks documents none of these wordings; docs/databricks.md, Thrift, has where they were seen.

/** A failed statement's own words: it can raise any, so none of them counts. */
const ofStatement = /\bError running query: |\[(?!INVALID_HANDLE\.SESSION_)[A-Z][A-Z0-9_.]+\]/;

/** Whole messages that Databricks sends in place of running a statement. */
const refusals = [
  /^(?:requirement failed: )?Session handle: SessionHandle \[[\w-]{1,64}\] has not been initialized or had already closed\.?$/i,
  /^Invalid Session ?Handle:? (?:SessionHandle|Session) \[[\w-]{1,64}\](?: is closed)?\.?$/i,
  /^\[INVALID_HANDLE\.SESSION_(?:CLOSED|NOT_FOUND)\] The handle [\w-]{1,64} is invalid\. Session (?:was closed|not found)\.(?: SQLSTATE: HY000)?$/,
  /^(?:SQL )?(?:warehouse|endpoint) [\w-]{1,64} is not ready \(current state: (?!DELET)[A-Z_]{1,32}\)\.?$/i,
  /^The background threadpool cannot accept new task for execution, please retry the operation\.?$/i,
];

const lostSessions = [
  /^\[INVALID_HANDLE\.SESSION_/,
  /^(?:requirement failed: )?(?:invalid |unknown |no such )?session ?handle\b/i,
  /^(?:invalid|unknown|no such) session\b(?! variable\b)/i,
  /^(?:the |this )?session(?: (?!variable\b)[\w[\]-]{1,64})?(?: (?:is|was|has been|has|does))? (?:closed|expired|terminated|timed out|not found|not exist|no longer exists)\b/i,
];

const starting = [
  /\bnot ready \(current state: /i,
  /\bbackground threadpool cannot accept new task/i,
  /\b(?:warehouse|endpoint|cluster)\b[^\n]{0,200}\b(?:is|was)(?: currently| still| now| being)? (?:starting|started|restarting|restarted|resizing|pending|not ready|not running|stopped|stopping|temporarily unavailable)\b/i,
  // While the machines of a classic warehouse boot.
  /^couldn't create directory \/local_disk0\//i,
];

const permanent = /\b(?:denied|permissions?|not authorized|unauthorized|not exist|not found|invalid)\b/i;

const stopped = [
  /\bcurrent state: STOPP(?:ED|ING)\b/i,
  /\b(?:warehouse|endpoint)\b[^\n]{0,200}\b(?:stopped|stopping)\b/i,
];

const deleted = [
  /\bcurrent state: DELET(?:ED|ING)\b/i,
  /\b(?:warehouse|endpoint)\b[^\n]{0,200}\b(?:deleted|deleting|not found|not exist|no longer exists)\b/i,
];

/** Whether Databricks says, in so many words, that it refused the statement. Then the statement surely did not run. */
export function isSurelyRefused(failure: unknown): boolean {
  return isRefusal(failure) && says(failure, refusals);
}

/** Whether Databricks no longer knows the session. Of a write this alone does not prove that it did not run. */
export function isSessionLost(failure: unknown): boolean {
  if (!isRefusal(failure)) return false;
  return (failure instanceof StatusFailure && failure.isInvalidHandle) || says(failure, lostSessions);
}

/** Whether the warehouse is not ready yet. Of a write this alone does not prove that it did not run. */
export function isWarehouseStarting(failure: unknown): boolean {
  if (isWarehouseDeleted(failure)) return false;
  // A refused session may be opened later, unless the words say that the caller or the identity must change something.
  const words = rawWordsOf(failure);
  if (isOfOpenSession(failure) && !permanent.test(words) && !ofStatement.test(words)) return true;
  if (httpStatusOf(failure) === 503 && headerOf(failure, "x-thriftserver-error-message") !== undefined)
    return true;
  return saysOfWarehouse(failure) && says(failure, starting);
}

export function isWarehouseDeleted(failure: unknown): boolean {
  return saysOfWarehouse(failure) && says(failure, deleted);
}

/** Whether the warehouse was deleted or is stopped, so that another one may serve. */
export function isWarehouseGone(failure: unknown): boolean {
  return saysOfWarehouse(failure) && says(failure, [...stopped, ...deleted]);
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
  // Others are about the credential, the time or the number of calls.
  return [400, 404, 410].includes(httpStatusOf(failure) ?? 0);
}

/** Whether Databricks refused to open a session, so that no words of a statement are in what it says. */
export function isOfOpenSession(failure: unknown): boolean {
  return failure instanceof StatusFailure && failure.call === "openSession";
}

/** An error class before the words counts only in a reply about a statement. */
function says(failure: unknown, wordings: readonly RegExp[]): boolean {
  const said = rawWordsOf(failure);
  return matches(isOfOpenSession(failure) ? said.replace(/^\[[A-Z0-9_.]{1,100}\] /, "") : said, wordings);
}

function matches(said: string, wordings: readonly RegExp[]): boolean {
  if (ofStatement.test(said)) return false;
  // `BAD_REQUEST: ` is Databricks' code for the HTTP status.
  const words = plainWords(said).replace(/^[A-Z_]{3,64}: /, "");
  return wordings.some((wording) => wording.test(words));
}
