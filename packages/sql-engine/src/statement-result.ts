import type { RecordBatch, Schema } from "apache-arrow";
import type { OutputColumn } from "./translate/scope.ts";
import { typeName, typeText } from "./types/type-text.ts";

export interface ResultColumn {
  name: string;
  /** Unity Catalog's and the Statement Execution API's name: LONG, DECIMAL. */
  typeName: string;
  /** `decimal(10,2)` */
  typeText: string;
  position: number;
  nullable: boolean;
}

/**
 * A statement's answer. What can fail has failed before this is given out, unless the result is larger than is read
 * ahead; then a later batch can still throw. Whoever stops early calls `close`.
 */
export interface StatementResult {
  kind: "query" | "command" | "change";
  columns: ResultColumn[];
  schema: Schema;
  /** Pulled: a reader that pauses makes DuckDB pause. */
  batches: AsyncIterable<RecordBatch>;
  /** Known when the whole result has been read ahead. */
  rowCount: number | undefined;
  affectedRows: number | undefined;
  close(): Promise<void>;
}

export function resultColumns(columns: OutputColumn[]): ResultColumn[] {
  return columns.map(({ name, type, nullable }, position) => ({
    name,
    typeName: typeName(type),
    typeText: typeText(type),
    position,
    nullable,
  }));
}
