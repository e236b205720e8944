import { tableFromIPC } from "apache-arrow";
import { sortIndex } from "./sort-index.ts";

export interface SortTask {
  /** The column alone, as an Arrow stream. */
  readonly column: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly descending: boolean;
}

// Sorting a million texts takes seconds, in which the page goes on.
self.addEventListener("message", ({ data }: MessageEvent<SortTask>) => {
  const index = sortIndex(tableFromIPC(data.column).batches, data.count, data.descending);
  self.postMessage(index, { transfer: [index.buffer] });
});
