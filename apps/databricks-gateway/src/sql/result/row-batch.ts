import { OperationError } from "@front-door/operations";
import { type RecordBatch, RecordBatchReader, type Schema } from "./arrow.ts";

/** A record batch as it arrived, and how many of its rows belong to the result. */
export interface RowBatch {
  /** The schema's message, then the batch's own: an Arrow stream that lacks only its end. */
  readonly schemaBytes: Uint8Array;
  readonly bytes: Uint8Array;
  /** At most the rows of the batch: Databricks can send more than it counts, and the row limit can cut. */
  readonly rowCount: number;
}

/** The batch's columns over the bytes themselves; nothing is copied. Throws UPSTREAM_INVALID_RESPONSE. */
export function* decodeBatch({ schemaBytes, bytes }: RowBatch): Generator<RecordBatch> {
  const reader = RecordBatchReader.from([schemaBytes, bytes]);
  for (;;) {
    const next = decoded(() => reader.next());
    if (next.done) return;
    yield next.value;
  }
}

export function decodeSchema(schemaBytes: Uint8Array): Schema {
  return decoded(() => RecordBatchReader.from([schemaBytes]).open().schema);
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks sent a result that cannot be read.", {
      cause,
    });
  }
}
