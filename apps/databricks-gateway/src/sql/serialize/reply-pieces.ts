import type { ResultFormat } from "@front-door/operations";
import { arrowStream } from "./arrow-stream.ts";
import type { CellOptions } from "./cell-writers.ts";
import { jsonDocument } from "./json-document.ts";
import { ndjson } from "./ndjson.ts";
import type { QueryResult, ReplyPieces } from "./query-result.ts";

/** The body of the reply in the format that was asked for. Read from it once at least, or the result is never let go. */
export async function* replyPieces(
  result: QueryResult,
  format: ResultFormat,
  options: CellOptions,
): ReplyPieces {
  try {
    if (format === "arrow") yield* arrowStream(result);
    else if (format === "ndjson") yield* ndjson(result, options);
    else yield* jsonDocument(result, options);
  } finally {
    result.abandon();
  }
}
