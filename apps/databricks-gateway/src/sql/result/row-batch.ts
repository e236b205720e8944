import { type RecordBatch, RecordBatchReader, type Schema } from "./arrow.ts";

/** A record batch as it arrived, and how many of its rows belong to the result. */
export interface RowBatch {
  /** The schema's message, then the batch's own: an Arrow stream that lacks only its end. */
  readonly schemaBytes: Uint8Array;
  readonly bytes: Uint8Array;
  /** At most the rows of the batch: Databricks can send more than it counts, and the row limit can cut. */
  readonly rowCount: number;
}

/** The batch's columns over the bytes themselves; nothing is copied. Throws Arrow's errors for bytes that are no batch. */
export function* decodeBatch({ schemaBytes, bytes }: RowBatch): Generator<RecordBatch> {
  yield* RecordBatchReader.from([schemaBytes, bytes]) as unknown as Iterable<RecordBatch>;
}

export function decodeSchema(schemaBytes: Uint8Array): Schema {
  const reader = RecordBatchReader.from([schemaBytes]);
  return reader.open().schema;
}
