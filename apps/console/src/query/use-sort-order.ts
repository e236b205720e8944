import { Schema, Table, tableToIPC } from "apache-arrow";
import { useEffect, useState } from "react";
import type { ArrowRows } from "./arrow-rows.ts";
import type { ColumnSort } from "./sort-order.ts";
import type { SortTask } from "./sort-worker.ts";

interface Sorted {
  readonly sort: ColumnSort;
  readonly order: Uint32Array;
}

/** The order of the rows, which a worker makes. Undefined: as they came. The last order stays until the next is there. */
export function useSortOrder(rows: ArrowRows, count: number, sort: ColumnSort | undefined) {
  const [sorted, setSorted] = useState<Sorted>();
  useEffect(() => {
    if (sort === undefined) return undefined;
    const worker = new Worker(new URL("./sort-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Uint32Array>) => {
      setSorted({ sort, order: data });
      worker.terminate();
    });
    const column = columnStream(rows, sort.column);
    const task: SortTask = { column, count, descending: sort.descending };
    worker.postMessage(task, [column.buffer]);
    return () => worker.terminate();
  }, [rows, count, sort]);
  return {
    order: sort === undefined ? undefined : sorted?.order,
    isSorting: sort !== undefined && sorted?.sort !== sort,
  };
}

function columnStream({ batches }: ArrowRows, column: number): Uint8Array<ArrayBuffer> {
  const table = new Table(batches[0]?.schema ?? new Schema(), [...batches]);
  // Arrow makes a buffer of its own, which is never shared.
  return tableToIPC(table.selectAt([column]), "stream") as Uint8Array<ArrayBuffer>;
}
