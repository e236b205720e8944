import { type ErrorCode, OperationError } from "@front-door/operations";

const codeOf: ReadonlyMap<unknown, ErrorCode> = new Map<unknown, ErrorCode>([
  ["TABLE_OR_VIEW_NOT_FOUND", "TABLE_DOES_NOT_EXIST"],
  ["SCHEMA_NOT_FOUND", "SCHEMA_DOES_NOT_EXIST"],
  ["NO_SUCH_CATALOG_EXCEPTION", "CATALOG_DOES_NOT_EXIST"],
  ["INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED"],
  ["PERMISSION_DENIED", "PERMISSION_DENIED"],
]);

/** For a caller who named a table and wrote no statement: what is wrong with the table is said as get_table says it. */
export function asOfTable(error: unknown): unknown {
  if (!(error instanceof OperationError) || error.code !== "STATEMENT_FAILED") return error;
  const code = codeOf.get(error.details?.[0]?.["error_class"]);
  if (code === undefined) return error;
  return new OperationError(code, error.message, { details: error.details, cause: error.cause });
}
