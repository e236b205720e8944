import { type CellOptions, cellWriter, longTexts } from "./cell-writers.ts";
import { JsonBytes } from "./json-bytes.ts";
import { decodeBatch, type RowBatch } from "./row-batch.ts";

/** One piece: large enough for the socket, and well under a millisecond of work before the event loop gets a turn. */
const pieceBytes = 64 * 1024;

export interface JsonRowOptions extends CellOptions {
  /** Written before each row, and after it. */
  readonly before: string;
  readonly after: string;
}

/** The rows of a batch as JSON arrays, in pieces of about 64 KiB. */
export function* jsonRows(batch: RowBatch, options: JsonRowOptions): Generator<Buffer> {
  const out = new JsonBytes(pieceBytes + pieceBytes / 2);
  let rowsLeft = batch.rowCount;
  for (const { data, numRows } of decodeBatch(batch)) {
    const writers = data.children.map((column) => cellWriter(out, column, options));
    const longs = data.children.map(longTexts);
    const rows = Math.min(numRows, rowsLeft);
    for (let row = 0; row < rows; row++) {
      out.ascii(options.before);
      out.byte(0x5b);
      for (let column = 0; column < writers.length; column++) {
        if (column > 0) out.byte(0x2c);
        const long = longs[column]?.(row);
        if (long === undefined) (writers[column] as (row: number) => void)(row);
        else yield* inPieces(out, long);
      }
      out.byte(0x5d);
      out.ascii(options.after);
      if (out.length >= pieceBytes) yield out.take();
    }
    rowsLeft -= rows;
  }
  if (out.length > 0) yield out.take();
}

/** A long text as a JSON string. Bytes are escaped one by one, so any place is good for a cut. */
function* inPieces(out: JsonBytes, text: Uint8Array): Generator<Buffer> {
  out.byte(0x22);
  for (let start = 0; start < text.length; start += pieceBytes) {
    out.text(text, start, Math.min(start + pieceBytes, text.length));
    yield out.take();
  }
  out.byte(0x22);
}
