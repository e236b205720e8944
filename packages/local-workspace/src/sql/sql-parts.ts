import type { Logger } from "pino";
import type { StatementLog } from "./statement-log.ts";

export interface SqlLimits {
  /** A Thrift session without a call for so long is closed. */
  sessionIdleMs: number;
  /** Thrift sessions open at a time, of all callers. */
  sessionsMax: number;
  /** How long ExecuteStatement waits for the result before it answers with a handle only. */
  directResultsWaitMs: number;
  /** How long the Statement Execution API keeps a result. */
  resultKeptMs: number;
  /** How long a link to a result lives: Databricks gives at most 15 minutes. */
  linkMs: number;
  /** Statements of the Statement Execution API that are kept at a time; the oldest finished one goes first. */
  statementsMax: number;
}

export const DEFAULT_SQL_LIMITS: SqlLimits = {
  sessionIdleMs: 15 * 60_000,
  sessionsMax: 2000,
  directResultsWaitMs: 500,
  resultKeptMs: 60 * 60_000,
  linkMs: 15 * 60_000,
  statementsMax: 2000,
};

/** What both SQL services work with. */
export interface SqlParts {
  log: StatementLog;
  logger: Logger;
  limits: SqlLimits;
}
