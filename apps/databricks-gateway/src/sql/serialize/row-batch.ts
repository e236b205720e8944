import { OperationError } from "@front-door/operations";
import { Message, type RecordBatch, RecordBatchReader, type Schema } from "./arrow.ts";

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

/** The rows of the batch by the heads of its messages, all of which are whole. Throws UPSTREAM_INVALID_RESPONSE. */
export function countRows({ bytes }: Pick<RowBatch, "bytes">): number {
  return decoded(() => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let rows = 0;
    let at = 0;
    while (at < bytes.length) {
      // A marker stands in front of the length since Arrow 0.15.
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
