import type { Logger } from "pino";
import type { StatementLog } from "./statement-log.ts";
import type { WarehouseStates } from "./warehouse-states.ts";

export interface SqlLimits {
  /** A Thrift session is closed after this time without a call. */
  sessionIdleMs: number;
  /** How many Thrift sessions may be open at a time, of all callers together. */
  sessionsMax: number;
  /** How long ExecuteStatement waits for the result before it returns only a handle. */
  directResultsWaitMs: number;
  /** How long GetOperationStatus waits for the end of a statement. The Python connector cannot cancel meanwhile. */
  statusWaitMs: number;
  /** How long the Statement Execution API keeps a result. */
  resultKeptMs: number;
  /** How long a link to a result works; on Databricks at most 15 minutes. */
  linkMs: number;
  /** The size at which a chunk of a result ends and the next one begins. */
  chunkBytes: number;
  /** How many statements the Statement Execution API keeps; the oldest finished one is dropped first. */
  statementsMax: number;
  /** How long a SQL warehouse takes to start, and to stop. */
  warehouseStartMs: number;
  /** Whether the rows of the Thrift service are LZ4 frames, as a warehouse's mostly are. */
  lz4: boolean;
}

export const DEFAULT_SQL_LIMITS: SqlLimits = {
  sessionIdleMs: 15 * 60_000,
  sessionsMax: 2000,
  directResultsWaitMs: 500,
  statusWaitMs: 2000,
  resultKeptMs: 60 * 60_000,
  linkMs: 15 * 60_000,
  chunkBytes: 8 * 1024 * 1024,
  statementsMax: 2000,
  warehouseStartMs: 0,
  lz4: false,
};

/** What both SQL services use. */
export interface SqlParts {
  log: StatementLog;
  logger: Logger;
  limits: SqlLimits;
  warehouses: WarehouseStates;
}
