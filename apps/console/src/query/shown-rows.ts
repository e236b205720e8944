import type { Cell } from "@front-door/api-client";
import type { ArrowRows } from "./arrow-rows.ts";

/** The rows that a person sees: those that the filter leaves, in the order of the sort. */
export interface ShownRows {
  readonly rows: ArrowRows;
  readonly count: number;
  /** The row of the result that stands at each place. Undefined: all rows, as they came. */
  readonly order: Uint32Array | undefined;
}

/** The exact value at a place. Throws a RangeError for one that has no row. */
export function shownCell(
  { rows, order }: Pick<ShownRows, "rows" | "order">,
  place: number,
  column: number,
): Cell {
  return rows.cell(order === undefined ? place : (order[place] ?? -1), column);
}
