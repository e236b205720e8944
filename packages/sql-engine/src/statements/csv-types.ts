import type { DuckDBConnection } from "@duckdb/node-api";
import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { runOne } from "../duckdb/result-stream.ts";
import {
  BIGINT,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  STRING,
  TIMESTAMP,
} from "../types/data-type.ts";

const INTEGER = String.raw`\s*[+-]?[0-9]+\s*`;
const DAY = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}`;
const MOMENT = String.raw`${DAY}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?`;

const matches = (v: string, pattern: string) => `regexp_full_match(${v}, ${quoteText(pattern)})`;

/**
 * The types that text can be read as, in the order in which Spark's CSVInferSchema tries them. DuckDB infers differently:
 * it reads 01/02/2020 10:00 as a time in February and 0x1F as 31, and rounds an integer of 20 digits.
 */
const CANDIDATES: { type: DataType; fits: (v: string) => string }[] = [
  { type: INT, fits: (v) => `${matches(v, INTEGER)} AND TRY_CAST(${v} AS INTEGER) IS NOT NULL` },
  { type: BIGINT, fits: (v) => `${matches(v, INTEGER)} AND TRY_CAST(${v} AS BIGINT) IS NOT NULL` },
  {
    type: decimal(38, 0),
    fits: (v) => `${matches(v, INTEGER)} AND TRY_CAST(${v} AS DECIMAL(38, 0)) IS NOT NULL`,
  },
  {
    type: DOUBLE,
    fits: (v) =>
      `${v} IN ('NaN', 'Inf', '-Inf', 'Infinity', '-Infinity') OR ${macro("number_text", v)} IS NOT NULL`,
  },
  { type: DATE, fits: (v) => `${matches(v, DAY)} AND ${macro("date_or_null", v)} IS NOT NULL` },
  {
    type: TIMESTAMP,
    fits: (v) => `${matches(v, MOMENT)} AND ${macro("timestamp_or_null", v, "current_date")} IS NOT NULL`,
  },
  { type: BOOLEAN, fits: (v) => `lower(${v}) IN ('true', 'false')` },
];

/** Infers the type of each column of text from all of its values. `columns` are DuckDB expressions. */
export async function csvTypes(
  reader: string,
  columns: string[],
  connection: DuckDBConnection,
): Promise<DataType[]> {
  const checks = columns.flatMap((name) =>
    CANDIDATES.map(({ fits }) => `coalesce(bool_and(${fits(name)}), false)`),
  );
  const result = await runOne(connection, `SELECT ${checks.join(", ")} FROM ${reader}`);
  const [answers = []] = await result.getRows();
  return columns.map((_, column) => {
    const offset = column * CANDIDATES.length;
    const found = CANDIDATES.find((_candidate, i) => answers[offset + i] === true);
    return found?.type ?? STRING;
  });
}
