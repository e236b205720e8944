import type { Handler } from "../handler.ts";
import { inBackticks } from "../in-backticks.ts";
import { runQuery } from "../sql/run-query.ts";
import { asOfTable } from "./as-of-table.ts";

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
