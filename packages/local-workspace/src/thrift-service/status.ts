import { SqlError } from "@front-door/sql-engine";
import { STATUS, type Status } from "../thrift/tcli-structs.ts";

export const SUCCESS: Status = { statusCode: STATUS.success };

/** The handle does not exist, or belongs to another caller. */
export class InvalidHandleError extends Error {
  override readonly name = "InvalidHandleError";

  constructor(kind: "SessionHandle" | "OperationHandle", id: string) {
    super(`Invalid ${kind}: ${kind} [${id}]`);
  }
}

/** A call is rejected with a status, for a reason other than a statement's failure. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly sqlState: string;

  constructor(message: string, sqlState: string) {
    super(message);
    this.sqlState = sqlState;
  }
}

/** Undefined if the error does not belong into a status. */
export function statusOf(error: unknown): Status | undefined {
  if (error instanceof SqlError) return { statusCode: STATUS.error, ...failure(error) };
  // Recorded traffic has 08000 for operations; for sessions the code is not known.
  const state =
    error instanceof InvalidHandleError
      ? "08000"
      : error instanceof RefusedError
        ? error.sqlState
        : undefined;
  if (state === undefined || !(error instanceof Error)) return undefined;
  const { message } = error;
  return {
    statusCode: STATUS.error,
    sqlState: state,
    errorCode: 0,
    errorMessage: message,
    displayMessage: message,
  };
}

/**
 * A failed statement as Databricks describes it: `displayMessage` is for people, `errorMessage` wraps it in the server's
 * stack trace (databricks-sql-nodejs issue 33 shows one).
 */
export function failure(error: SqlError) {
  return {
    sqlState: error.sqlState,
    errorCode: 0,
    errorMessage:
      `org.apache.hive.service.cli.HiveSQLException: Error running query: [${error.errorClass}] ` +
      `org.apache.spark.sql.AnalysisException: ${error.message}\n` +
      "\tat org.apache.spark.sql.hive.thriftserver.HiveThriftServerErrors$.runningQueryError(HiveThriftServerErrors.scala)",
    displayMessage: error.message,
  };
}
