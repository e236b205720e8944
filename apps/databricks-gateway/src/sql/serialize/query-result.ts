import type { QueryColumn } from "@front-door/operations";
import type { RowBatch } from "./row-batch.ts";

/** The result of a statement that ran. Its rows are still to be read. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  /** The schema's Arrow message; undefined when the statement has no result set. */
  readonly schemaBytes: Uint8Array | undefined;
  /** Each is read when it is asked for. */
  readonly batches: AsyncIterable<RowBatch>;
  /** Whether rows are left out, by the row limit or by Databricks; known once `batches` has ended. */
  readonly isTruncated: () => boolean;
  /** Ends the reading: cancels a statement that still runs. Must be called at the end in any case. */
  readonly abandon: () => void;
}

/** The body of a reply, produced as it is read. */
export type ReplyPieces = AsyncGenerator<Uint8Array, void, void>;
