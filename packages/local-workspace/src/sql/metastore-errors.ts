import { type ErrorClass, SqlError } from "@front-door/sql-engine";
import { ApiError } from "../http/api-error.ts";

/** SQL's error class for each of Unity Catalog's error codes. */
const CLASSES: Record<string, ErrorClass> = {
  CATALOG_ALREADY_EXISTS: "CATALOG_ALREADY_EXISTS",
  CATALOG_DOES_NOT_EXIST: "CATALOG_NOT_FOUND",
  INVALID_PARAMETER_VALUE: "INVALID_PARAMETER_VALUE",
  PERMISSION_DENIED: "PERMISSION_DENIED",
  PRINCIPAL_DOES_NOT_EXIST: "PRINCIPAL_DOES_NOT_EXIST",
  SCHEMA_ALREADY_EXISTS: "SCHEMA_ALREADY_EXISTS",
  SCHEMA_DOES_NOT_EXIST: "SCHEMA_NOT_FOUND",
  TABLE_ALREADY_EXISTS: "TABLE_OR_VIEW_ALREADY_EXISTS",
  TABLE_DOES_NOT_EXIST: "TABLE_OR_VIEW_NOT_FOUND",
  VOLUME_ALREADY_EXISTS: "VOLUME_ALREADY_EXISTS",
  VOLUME_DOES_NOT_EXIST: "VOLUME_NOT_FOUND",
};

/** Runs `read`, and turns an error of Unity Catalog into SQL's. */
export function asSql<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw toSqlError(error);
  }
}

/** Waits for a change, and turns an error of Unity Catalog into SQL's. */
export async function changeAsSql(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    throw toSqlError(error);
  }
}

function toSqlError(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const errorClass = CLASSES[String(error.errorCode)];
  return errorClass === undefined
    ? error
    : new SqlError(errorClass, error.message, undefined, { cause: error });
}
