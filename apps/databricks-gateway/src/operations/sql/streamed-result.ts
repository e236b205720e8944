import { type ResultFormat, resultMediaType } from "@front-door/operations";
import type { ReplyPieces } from "../../sql/serialize/query-result.ts";
import type { StreamedReply } from "../handler.ts";

/** The reply with the rows of a result. */
export function streamedResult(format: ResultFormat, pieces: ReplyPieces): StreamedReply {
  const charset = format === "arrow" ? "" : "; charset=utf-8";
  return {
    status: 200,
    headers: { "content-type": `${resultMediaType[format]}${charset}` },
    pieces,
    // The columns and the first rows.
    openingPieces: 2,
    // JSON and Arrow have no line of their own for an error, so the connection breaks.
    endsWithFailure: format === "ndjson",
  };
}
