import { setImmediate as nextTurn } from "node:timers/promises";
import type { CellOptions } from "./cell-writers.ts";
import { jsonRows } from "./json-rows.ts";
import type { QueryResult, ReplyPieces } from "./query-result.ts";

/** `{ columns, rows, row_count, truncated }`, written piece by piece: the document is never in memory. */
export async function* jsonDocument(result: QueryResult, options: CellOptions): ReplyPieces {
  yield Buffer.from(`{"columns":${JSON.stringify(result.columns)},"rows":[`);
  let rowCount = 0;
  for await (const batch of result.batches) {
    const before = rowCount === 0 ? (row: number) => (row === 0 ? "" : ",") : () => ",";
    for (const piece of jsonRows(batch, { ...options, before, after: "" })) {
      yield piece;
      await nextTurn();
    }
    rowCount += batch.rowCount;
  }
  yield Buffer.from(`],"row_count":${rowCount},"truncated":${result.isTruncated()}}`);
}
