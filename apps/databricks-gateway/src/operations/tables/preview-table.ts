import { type ErrorCode, OperationError } from "@front-door/operations";
import type { Handler } from "../handler.ts";
import { runQuery } from "../sql/run-query.ts";

export const previewTable: Handler<"preview_table"> = async (params, context) => {
  const { catalog, schema, name, row_limit, ...options } = params;
  const table = [catalog, schema, name].map(inBackticks).join(".");
  // One row more shows whether there are more.
  const sql = `SELECT * FROM ${table} LIMIT ${row_limit + 1}`;
  try {
    return await runQuery({ ...options, sql, row_limit }, context);
  } catch (error) {
    throw asOfTable(error);
  }
};

function inBackticks(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

const codeOf: ReadonlyMap<unknown, ErrorCode> = new Map<unknown, ErrorCode>([
  ["TABLE_OR_VIEW_NOT_FOUND", "TABLE_DOES_NOT_EXIST"],
  ["SCHEMA_NOT_FOUND", "SCHEMA_DOES_NOT_EXIST"],
  ["NO_SUCH_CATALOG_EXCEPTION", "CATALOG_DOES_NOT_EXIST"],
  ["INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED"],
]);

/** The caller named a table and wrote no statement, so what is wrong with the table is said as get_table says it. */
function asOfTable(error: unknown): unknown {
  if (!(error instanceof OperationError) || error.code !== "STATEMENT_FAILED") return error;
  const code = codeOf.get(error.details?.[0]?.["error_class"]);
  if (code === undefined) return error;
  return new OperationError(code, error.message, { details: error.details, cause: error.cause });
}
