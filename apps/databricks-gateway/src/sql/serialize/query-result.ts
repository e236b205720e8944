import type { QueryColumn } from "@front-door/operations";
import type { RowBatch } from "./row-batch.ts";

/** A statement that ran. Its rows are still to be fetched. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  /** The schema's Arrow message; undefined when the statement has no result set. */
  readonly schemaBytes: Uint8Array | undefined;
  /** Each is fetched when it is asked for. */
  readonly batches: AsyncIterable<RowBatch>;
  /** Whether the row limit left rows out; known once `batches` has ended. */
  readonly isTruncated: () => boolean;
  /** Cancels the statement unless its result was read to the end. Must be called at the end in any case. */
  readonly abandon: () => void;
}

/** The body of a reply, produced as it is read. */
export type ReplyPieces = AsyncGenerator<Uint8Array, void, void>;
