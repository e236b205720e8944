import type { Cell } from "@front-door/api-client";
import { type CellReader, cellReader } from "@front-door/api-client/arrow";
import type { RecordBatch, Schema } from "apache-arrow";
import { sqlTypeText } from "./sql-type-text.ts";

export interface ResultColumn {
  readonly name: string;
  /** As SQL writes it: `DECIMAL(10,2)`. */
  readonly type: string;
}

/** The rows of a result that have arrived. They stay in Arrow's buffers: a cell becomes a value when it is asked for. */
export class ArrowRows {
  readonly batches: RecordBatch[] = [];
  /** The number of the first row of each batch. */
  readonly #starts: number[] = [];
  readonly #readers: CellReader[][] = [];
  #last = 0;
  count = 0;
  bytes = 0;
  columns: readonly ResultColumn[] = [];

  add(batch: RecordBatch): void {
    if (this.columns.length === 0) this.columns = columnsOf(batch.schema);
    if (batch.numRows === 0 && this.batches.length > 0) return;
    this.batches.push(batch);
    this.#starts.push(this.count);
    this.count += batch.numRows;
    this.bytes += batch.data.children.reduce((sum, child) => sum + child.byteLength, 0);
  }

  /** The exact value. Throws a RangeError for a row that has not arrived. */
  cell(row: number, column: number): Cell {
    const { batch, at, index } = this.locate(row);
    const readers = (this.#readers[index] ??= []);
    readers[column] ??= cellReader(batch, column);
    return readers[column](at);
  }

  /** Where a row is. Throws a RangeError for one that has not arrived. */
  locate(row: number): { readonly batch: RecordBatch; readonly at: number; readonly index: number } {
    const index = this.#batchOf(row);
    const batch = this.batches[index];
    if (batch === undefined) throw new RangeError(`There is no row ${row}.`);
    return { batch, at: row - (this.#starts[index] ?? 0), index };
  }

  /** Rows are read near each other, so it is often the same as before. */
  #batchOf(row: number): number {
    const starts = this.#starts;
    const isIn = (index: number) => row >= (starts[index] ?? 0) && row < (starts[index + 1] ?? this.count);
    if (isIn(this.#last)) return this.#last;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    this.#last = low;
    return isIn(low) ? low : -1;
  }
}

/** What a person reads, and what is copied. Nested values are JSON. */
export function cellText(cell: Cell): string {
  if (cell === null) return "NULL";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

function columnsOf(schema: Schema): ResultColumn[] {
  return schema.fields.map((field) => ({
    // Arrow's reader returns null for an empty name (`SELECT ''`), against its own types.
    // oxlint-disable-next-line typescript/no-unnecessary-condition
    name: field.name ?? "",
    type: field.metadata.get("Spark:DataType:SqlName") ?? sqlTypeText(field.type),
  }));
}
