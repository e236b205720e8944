import { batchMessage } from "@front-door/sql-engine";
import { Field, type RecordBatch, Schema } from "apache-arrow";
import { ArrowIntervals } from "../sql/arrow-intervals.ts";
import { arrowFraming, type Framing, ResultChunks } from "../sql/result-chunks.ts";
import type { Statement } from "../sql/statement.ts";
import { jsonRows } from "./cell-text.ts";
import type { StatementRequest } from "./statement-request.ts";

const INLINE_BYTES_MAX = 25 * 1024 * 1024;

/** The result is larger than Databricks returns inline. */
export class InlineLimitError extends Error {
  override readonly name = "InlineLimitError";

  constructor() {
    super(
      "Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most " +
        `${INLINE_BYTES_MAX} bytes. Please execute the statement with disposition=EXTERNAL_LINKS if you want to ` +
        "download the full result.",
    );
  }
}

export interface Materialised {
  chunks: ResultChunks;
  /** True if a limit of the request cut the result. */
  truncated: boolean;
}

const BATCH_ROWS = 8192;

/** Writes a statement's whole result to disk, with one batch in memory at a time. */
export async function materialise(
  statement: Statement,
  request: StatementRequest,
  dir: string,
  chunkBytes: number,
): Promise<Materialised> {
  const { encode, ...framing } = encodingOf(statement, request);
  const chunks = new ResultChunks(dir, framing, chunkBytes);
  try {
    const truncated = await copy(statement, request, chunks, encode);
    await chunks.finish();
    return { chunks, truncated };
  } catch (error) {
    await chunks.remove();
    throw error;
  }
}

function encodingOf(statement: Statement, { format }: StatementRequest): Framing & { encode: Encode } {
  if (format === "JSON_ARRAY") return { encode: encodeJson, start: "[", between: ",", end: "]" };
  const arrow = new ArrowIntervals(statement.reader.schema, statement.columns);
  const encode = (batch: RecordBatch) => batchMessage(arrow.batch(batch));
  // Fields need not name their SQL types: the manifest does.
  const fields = arrow.schema.fields.map(({ name, type, nullable }) => new Field(name, type, nullable));
  return { encode, ...arrowFraming(new Schema(fields)) };
}

type Encode = (batch: RecordBatch) => Uint8Array;

async function copy(
  statement: Statement,
  request: StatementRequest,
  chunks: ResultChunks,
  encode: Encode,
): Promise<boolean> {
  const { rowLimit = Number.POSITIVE_INFINITY, byteLimit = Number.POSITIVE_INFINITY } = request;
  let [rows, bytes] = [0, 0];
  for (;;) {
    // Reading one row above the limit shows whether there are more.
    const batch = await statement.next(Math.min(BATCH_ROWS, rowLimit - rows + 1));
    if (batch === undefined) return false;
    let part = encode(batch);
    let kept = Math.min(batch.numRows, rowLimit - rows);
    // Databricks counts the bytes of its own encoding; here a row counts its share of the encoded batch.
    const fitting = Math.floor((batch.numRows * (byteLimit - bytes)) / Math.max(1, part.length));
    kept = Math.min(kept, fitting);
    if (kept < batch.numRows) part = encode(batch.slice(0, kept));
    rows += kept;
    bytes += part.length;
    if (request.disposition === "INLINE" && bytes > INLINE_BYTES_MAX) throw new InlineLimitError();
    if (kept > 0) await chunks.add(part, kept);
    if (kept < batch.numRows) return true;
  }
}

function encodeJson(batch: RecordBatch): Uint8Array {
  return Buffer.from(jsonRows(batch).join(","));
}
