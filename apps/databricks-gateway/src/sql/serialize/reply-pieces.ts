import { setImmediate as nextTurn } from "node:timers/promises";
import type { ResultFormat } from "@front-door/operations";
import { arrowStream } from "./arrow-stream.ts";
import type { CellOptions } from "./cell-writers.ts";
import { jsonRows } from "./json-rows.ts";
import type { QueryResult, ReplyPieces } from "./query-result.ts";

export interface ReplyOptions extends CellOptions {
  readonly format: ResultFormat;
  /** Told how many rows each batch has, once it is written. */
  readonly onRows: (count: number) => void;
  /** Further fields of a JSON document, after the rows. */
  readonly place?: Readonly<Record<string, number | undefined>> | undefined;
}

/** The body of the reply. The caller must start to read it, or the result is never released. */
export async function* replyPieces(result: QueryResult, options: ReplyOptions): ReplyPieces {
  try {
    const counted = { ...result, batches: countedBatches(result, options.onRows) };
    if (options.format === "arrow") yield* arrowStream(counted);
    else yield* jsonPieces(counted, options.format === "ndjson", options);
  } finally {
    result.abandon();
  }
}

async function* countedBatches({ batches }: QueryResult, onRows: ReplyOptions["onRows"]) {
  for await (const batch of batches) {
    yield batch;
    onRows(batch.rowCount);
  }
}

/**
 * JSON is one document, `{ columns, rows, row_count, truncated }`. NDJSON is a line with the columns, a line for each row,
 * and a last line that says the result is complete.
 */
async function* jsonPieces(
  { columns, batches, isTruncated }: QueryResult,
  isNdjson: boolean,
  { place = {}, ...options }: ReplyOptions,
): ReplyPieces {
  yield Buffer.from(`{"columns":${JSON.stringify(columns)}${isNdjson ? "}\n" : ',"rows":['}`);
  const rowOptions = { ...options, before: isNdjson ? "" : ",", after: isNdjson ? "\n" : "" };
  // The first row of the document has no comma before it.
  let skippedBytes = rowOptions.before.length;
  let rowCount = 0;
  for await (const batch of batches) {
    for (const piece of jsonRows(batch, rowOptions)) {
      yield piece.subarray(skippedBytes);
      skippedBytes = 0;
      // Without this, a reader that is always faster than we are would starve everyone else.
      await nextTurn();
    }
    rowCount += batch.rowCount;
  }
  const totals = { row_count: rowCount, truncated: isTruncated() };
  const end = isNdjson ? { complete: true, ...totals } : { ...totals, ...place };
  yield Buffer.from(isNdjson ? `${JSON.stringify(end)}\n` : `],${JSON.stringify(end).slice(1)}`);
}
