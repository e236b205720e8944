import type { QueryRequest } from "@front-door/api-client";
import type { Sink } from "../output/terminal.ts";
import { writeArrow } from "./arrow.ts";
import { writeCsv } from "./csv.ts";
import { writeJson, writeNdjson } from "./json.ts";
import { writeParquet } from "./parquet.ts";
import { writeTable } from "./table.ts";

/**
 * Writes a whole result, at constant memory. Throws if the result is cut. Resolves to what there is to say about it. A table
 * has at most `rowLimit` rows; the other formats have what the query has.
 */
export type ResultWriter = (
  query: QueryRequest,
  sink: Sink,
  rowLimit: number | undefined,
) => Promise<string | undefined>;

export const resultWriters = {
  table: writeTable,
  json: writeJson,
  ndjson: writeNdjson,
  csv: writeCsv,
  arrow: writeArrow,
  parquet: writeParquet,
} as const satisfies Readonly<Record<string, ResultWriter>>;

export type ResultFormat = keyof typeof resultWriters;

export const resultFormats = Object.keys(resultWriters) as ResultFormat[];

/** Bytes that no terminal can show. */
export function isBinary(format: ResultFormat): boolean {
  return format === "arrow" || format === "parquet";
}
