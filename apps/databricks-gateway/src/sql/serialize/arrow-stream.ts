import { Table, tableToIPC } from "./arrow.ts";
import { batchMessage } from "./batch-message.ts";
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
    const rows = Math.min(rowsLeft, part.numRows);
    yield batchMessage(part.slice(0, rows).data.children, rows);
    rowsLeft -= rows;
  }
}
