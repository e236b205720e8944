import type { Cell, QueryRequest } from "@front-door/api-client";
import { printTable } from "../output/print-table.ts";
import type { Sink } from "../output/terminal.ts";
import { exactJson } from "./exact-json.ts";

/** The rows of a table that nobody asked for more of. */
export const tableRows = 1_000;

const numbers = new Set(["TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"]);

/** A table for people. It has its rows in memory, so it stops reading after `rowLimit` of them. */
export async function writeTable(query: QueryRequest, sink: Sink, rowLimit = tableRows): Promise<string> {
  const stream = await query.stream();
  const rows: string[][] = [];
  let hasMore = false;
  for await (const row of stream) {
    hasMore = rows.length === rowLimit;
    if (hasMore) break;
    rows.push(row.map(cellText));
  }
  const columns = stream.columns.map(({ name, type }) => ({ name, alignRight: numbers.has(type) }));
  await printTable(columns, rows, sink);
  const count = `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "row" : "rows"}`;
  if (!hasMore && stream.summary?.truncated !== true) return count;
  return `The first ${count}: there are more. See --row-limit, or --output for all of them.`;
}

function cellText(cell: Cell): string {
  if (cell === null) return "NULL";
  return typeof cell === "string" ? cell : exactJson(cell);
}
