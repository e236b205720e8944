import { quoteText } from "../duckdb/quote.ts";
import type { DataType } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { columnName, type TranslatedQuery } from "./scope.ts";

export interface RowsColumn {
  name: string;
  type: DataType;
}

/** The texts of the values. */
export type Row = (string | null)[];

const cellText = (value: string | null, type: DataType) =>
  value === null ? `CAST(NULL AS ${duckType(type)})` : `CAST(${quoteText(value)} AS ${duckType(type)})`;

/** A query that returns these rows, as for SHOW, DESCRIBE and information_schema. */
export function rowsQuery(columns: RowsColumn[], rows: Row[]): TranslatedQuery {
  const lines = rows.map(
    (row) => `(${columns.map((column, i) => cellText(row[i] ?? null, column.type)).join(", ")})`,
  );
  const output = columns.map(({ name, type }) => ({ name, type, nullable: true }));
  if (lines.length === 0) {
    return {
      sql: `SELECT ${columns.map((column, i) => `${cellText(null, column.type)} AS ${columnName(i)}`).join(", ")} WHERE false`,
      columns: output,
    };
  }
  return {
    sql: `SELECT * FROM (VALUES ${lines.join(", ")}) AS rows(${columns.map((_, i) => columnName(i)).join(", ")})`,
    columns: output,
  };
}
