import { type ErrorClass, SqlError } from "@front-door/sql-engine";
import { ApiError } from "../http/api-error.ts";

/** SQL's error class for each of Unity Catalog's error codes. */
const CLASSES: Record<string, ErrorClass> = {
  ALREADY_EXISTS: "FILE_IN_STAGING_PATH_ALREADY_EXISTS",
  CATALOG_ALREADY_EXISTS: "CATALOG_ALREADY_EXISTS",
  CATALOG_DOES_NOT_EXIST: "CATALOG_NOT_FOUND",
  NOT_FOUND: "PATH_NOT_FOUND",
  NOT_IMPLEMENTED: "UNSUPPORTED_FEATURE",
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

/** The same for what takes time. */
export async function changeAsSql<Result>(change: Promise<Result>): Promise<Result> {
  try {
    return await change;
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
