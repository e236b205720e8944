import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from "./arrow.ts";
import type { QueryResult, ReplyPieces } from "./query-result.ts";
import { countRows, decodeBatch, type RowBatch } from "./row-batch.ts";

/** The end of an Arrow IPC stream: a continuation marker and a length of zero. */
const endOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** The schema and the batches as they arrived, then the marker that says the stream is complete. */
export async function* arrowStream({ schemaBytes, batches }: QueryResult): ReplyPieces {
  if (schemaBytes === undefined) {
    yield tableToIPC(new Table(), "stream");
    return;
  }
  yield schemaBytes;
  for await (const batch of batches) yield* withinRowCount(batch);
  yield endOfStream;
}

/** The batch untouched, unless it has more rows than belong to the result. */
function* withinRowCount(batch: RowBatch): Generator<Uint8Array> {
  if (countRows(batch) <= batch.rowCount) {
    yield batch.bytes;
    return;
  }
  let rowsLeft = batch.rowCount;
  for (const part of decodeBatch(batch)) {
    if (rowsLeft === 0) return;
    yield encodeRows(part, Math.min(rowsLeft, part.numRows));
    rowsLeft -= Math.min(rowsLeft, part.numRows);
  }
}

/** The first rows of a batch as a message. */
function encodeRows(part: RecordBatch, rows: number): Uint8Array {
  const { children } = part.slice(0, rows).data;
  // Arrow 13 writes columns of the same name with the same type. A batch message holds no names, so use unique ones.
  const fields = children.map(({ type }, index) => new Field(String(index), type, true));
  const data = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  const stream = tableToIPC(new Table([new RecordBatch(new Schema(fields), data)]), "stream");
  // Between the schema's message, which has no body, and the end of the stream.
  const schemaLength = 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
  return stream.subarray(schemaLength, stream.length - endOfStream.length);
}
