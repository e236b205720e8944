import { OperationError } from "@front-door/operations";
import { Message, type RecordBatch, RecordBatchReader, type Schema } from "./arrow.ts";

/** A record batch as it arrived, with the number of its rows that belong to the result. */
export interface RowBatch {
  /** The schema's message. With `bytes` after it, an Arrow stream that lacks only its end marker. */
  readonly schemaBytes: Uint8Array;
  readonly bytes: Uint8Array;
  /** Can be fewer than the batch has: Databricks may send more rows than it counts, and the row limit may cut. */
  readonly rowCount: number;
}

/** The batch's columns as views of its bytes; copies nothing. Throws UPSTREAM_INVALID_RESPONSE. */
export function* decodeBatch({ schemaBytes, bytes }: RowBatch): Generator<RecordBatch> {
  const reader = RecordBatchReader.from([schemaBytes, bytes]);
  for (;;) {
    const next = decoded(() => reader.next());
    if (next.done) return;
    yield next.value;
  }
}

/**
 * Counts the batch's rows from the headers of its messages: ten times as fast as decoding it. Throws
 * UPSTREAM_INVALID_RESPONSE if a message is cut off.
 */
export function countRows({ bytes }: Pick<RowBatch, "bytes">): number {
  return decoded(() => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let rows = 0;
    let at = 0;
    while (at < bytes.length) {
      // Since Arrow 0.15 a marker comes before the length.
      if (view.getInt32(at, true) === -1) at += 4;
      const headBytes = view.getInt32(at, true);
      if (headBytes === 0) break;
      const bodyAt = at + 4 + headBytes;
      const message = Message.decode(bytes.subarray(at + 4, bodyAt));
      if (message.isRecordBatch()) rows += message.header().length;
      const end = bodyAt + message.bodyLength;
      if (!(bodyAt > at && end >= bodyAt && end <= bytes.length))
        throw new RangeError("a message is cut off");
      at = end;
    }
    return rows;
  });
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
