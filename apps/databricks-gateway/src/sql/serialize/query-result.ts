import type { QueryColumn } from "@front-door/operations";
import type { RowBatch } from "./row-batch.ts";

/** A statement that ran, its result still to be fetched. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  /** The schema's Arrow message; undefined when the statement has no result set. */
  readonly schemaBytes: Uint8Array | undefined;
  /** Each is fetched when it is asked for. */
  readonly batches: AsyncIterable<RowBatch>;
  /** Known once `batches` has ended: whether the row limit left rows out. */
  readonly isTruncated: () => boolean;
  /** Gives the statement up, unless all of its result was read. Whoever has the result has to call it at the end. */
  readonly abandon: () => void;
}

/** The body of a reply, made as it is read. */
export type ReplyPieces = AsyncGenerator<Uint8Array, void, void>;
