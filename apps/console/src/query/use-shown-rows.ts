import { Schema, Table, tableToIPC } from "apache-arrow";
import { useEffect, useMemo, useState } from "react";
import type { ArrowRows } from "./arrow-rows.ts";
import { noFilter, type RowFilter } from "./row-filter.ts";
import { columnsOf, type RowChoice } from "./row-picker.ts";
import type { RowsTask } from "./rows-worker.ts";
import type { ShownRows } from "./shown-rows.ts";
import type { ColumnSort } from "./sort-order.ts";

interface Picked {
  readonly choice: RowChoice;
  /** Undefined: the worker has failed. */
  readonly order: Uint32Array | undefined;
}

interface Shown {
  readonly shown: ShownRows;
  /** Whether the rows are still those of the choice before. */
  readonly isBusy: boolean;
  /** Whether the worker has failed, so that the rows are all of them, as they came. */
  readonly hasFailed: boolean;
}

/** The rows that the filter leaves, in the order of the sort. A worker picks them. */
export function useShownRows(
  rows: ArrowRows,
  count: number,
  filter: RowFilter = noFilter,
  sort?: ColumnSort,
): Shown {
  const [picked, setPicked] = useState<Picked>();
  const isAll = filter.text === "" && filter.tests.length === 0 && sort === undefined;
  const choice = useMemo(() => (isAll ? undefined : { count, filter, sort }), [isAll, count, filter, sort]);
  useEffect(() => {
    if (choice === undefined) return undefined;
    return pickRows(rows, choice, (order) => setPicked({ choice, order }));
  }, [rows, choice]);
  const order = choice === undefined ? undefined : picked?.order;
  const shown = useMemo(() => ({ rows, order, count: order?.length ?? count }), [rows, order, count]);
  const isPicked = choice !== undefined && picked?.choice === choice;
  return {
    shown,
    isBusy: choice !== undefined && !isPicked,
    hasFailed: isPicked && picked.order === undefined,
  };
}

/** Calls `done` with the rows of the choice, or with nothing where it fails, unless what it returns is called before. */
function pickRows(
  rows: ArrowRows,
  choice: RowChoice,
  done: (order: Uint32Array | undefined) => void,
): () => void {
  const worker = new Worker(new URL("./rows-worker.ts", import.meta.url), { type: "module" });
  const columns = columnsOf(choice, rows.columns.length).values();
  const send = (task: RowsTask, transfer: Transferable[] = []) => worker.postMessage(task, transfer);
  worker.addEventListener("message", ({ data }: MessageEvent<"next" | Uint32Array>) => {
    if (data instanceof Uint32Array) {
      done(data);
      worker.terminate();
      return;
    }
    const { value: column } = columns.next();
    if (column === undefined) return send("order");
    const stream = columnStream(rows, column);
    send({ column, stream }, [stream.buffer]);
  });
  const fail = () => {
    done(undefined);
    worker.terminate();
  };
  worker.addEventListener("error", fail);
  worker.addEventListener("messageerror", fail);
  send({ choice });
  return () => worker.terminate();
}

/** One column as an Arrow stream. The worker has no more than one at a time: all of them can be as large as the page. */
function columnStream({ batches }: ArrowRows, column: number): Uint8Array<ArrayBuffer> {
  const table = new Table(batches[0]?.schema ?? new Schema(), [...batches]);
  // Arrow makes a buffer of its own, which is never shared.
  return tableToIPC(table.selectAt([column]), "stream") as Uint8Array<ArrayBuffer>;
}
