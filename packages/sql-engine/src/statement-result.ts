import type { RecordBatch, Schema } from "apache-arrow";
import type { OutputColumn } from "./translate/scope.ts";
import { typeName, typeText } from "./types/type-text.ts";

export interface ResultColumn {
  name: string;
  /** The name in Unity Catalog and the Statement Execution API, such as LONG or DECIMAL. */
  typeName: string;
  /** For example `decimal(10,2)`. */
  typeText: string;
  position: number;
  nullable: boolean;
}

/**
 * A statement's result. A failure is thrown before this is returned, unless the result is larger than what is read ahead:
 * then a later batch can still throw. Call `close` to stop early.
 */
export interface StatementResult {
  /** `transfer`: its row says how the client moves the bytes of a file. */
  kind: "query" | "command" | "change" | "transfer";
  columns: ResultColumn[];
  schema: Schema;
  /** A reader that pauses makes DuckDB pause. */
  batches: AsyncIterable<RecordBatch>;
  /** Undefined if the result is larger than what is read ahead. */
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
