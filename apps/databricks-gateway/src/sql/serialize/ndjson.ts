import { setImmediate as nextTurn } from "node:timers/promises";
import type { CellOptions } from "./cell-writers.ts";
import { jsonRows } from "./json-rows.ts";
import type { QueryResult, ReplyPieces } from "./query-result.ts";

const none = () => "";

/** A line with the columns, a line for each row, and a line that says that it is whole. */
export async function* ndjson(result: QueryResult, options: CellOptions): ReplyPieces {
  yield Buffer.from(`${JSON.stringify({ columns: result.columns })}\n`);
  let rowCount = 0;
  for await (const batch of result.batches) {
    for (const piece of jsonRows(batch, { ...options, before: none, after: "\n" })) {
      yield piece;
      // A reader that is always faster than we are would leave nobody else a turn.
      await nextTurn();
    }
    rowCount += batch.rowCount;
  }
  const last = { complete: true, row_count: rowCount, truncated: result.isTruncated() };
  yield Buffer.from(`${JSON.stringify(last)}\n`);
}
