import { cellText } from "./arrow-rows.ts";
import { type ShownRows, shownCell } from "./shown-rows.ts";

const characterPx = 7.9;
const paddingPx = 32;

/** A width in CSS pixels, 88 to 420, for a column's name, its type and the values in `height` rows from the row `y` on. */
export function columnWidth(
  shown: ShownRows,
  column: number,
  { y, height }: { readonly y: number; readonly height: number },
): number {
  const { name = "", type = "" } = shown.rows.columns[column] ?? {};
  let longest = Math.max(name.length + 2, type.length * 0.85);
  for (let row = y; row < Math.min(shown.count, y + height); row++) {
    longest = Math.max(longest, cellText(shownCell(shown, row, column)).length);
  }
  return Math.round(Math.min(420, Math.max(88, longest * characterPx + paddingPx)));
}
