import { tableFromIPC } from "apache-arrow";
import { type RowChoice, RowPicker } from "./row-picker.ts";

/** A choice comes first, and then each column that it looks at as an Arrow stream, when the one before has been read. */
export type RowsTask =
  | { readonly choice: RowChoice }
  | { readonly column: number; readonly stream: Uint8Array<ArrayBuffer> }
  | "order";

let picker: RowPicker | undefined;

// To look at a million texts takes seconds, in which the page goes on.
self.addEventListener("message", ({ data: task }: MessageEvent<RowsTask>) => {
  if (task === "order") {
    const order = picker?.order() ?? new Uint32Array();
    self.postMessage(order, { transfer: [order.buffer] });
  } else if ("choice" in task) {
    picker = new RowPicker(task.choice);
    self.postMessage("next", {});
  } else {
    picker?.add(tableFromIPC(task.stream).batches, task.column);
    self.postMessage("next", {});
  }
});
