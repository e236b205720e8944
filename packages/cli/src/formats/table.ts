import type { Cell, QueryRequest } from "@front-door/api-client";
import { printTable } from "../output/print-table.ts";
import type { Sink } from "../output/terminal.ts";
import { exactJson } from "./exact-json.ts";

const numbers = new Set(["TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"]);

/** A table for people. It has the rows in memory, so the query has a row limit. */
export async function writeTable(query: QueryRequest, sink: Sink): Promise<string> {
  const stream = await query.stream();
  const rows: string[][] = [];
  for await (const row of stream) rows.push(row.map(cellText));
  const columns = stream.columns.map(({ name, type }) => ({ name, alignRight: numbers.has(type) }));
  await printTable(columns, rows, sink);
  const count = `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "row" : "rows"}`;
  if (stream.summary?.truncated !== true) return count;
  return `The first ${count}: there are more. See --row-limit, or --output for all of them.`;
}

function cellText(cell: Cell): string {
  if (cell === null) return "NULL";
  return typeof cell === "string" ? cell : exactJson(cell);
}
