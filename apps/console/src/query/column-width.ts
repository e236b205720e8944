import { type ArrowRows, cellText } from "./arrow-rows.ts";

const characterPx = 7.9;
const paddingPx = 32;
const lookedAt = 50;

/** A width in CSS pixels for a column's name, its type and its first rows. */
export function columnWidth(rows: ArrowRows, column: number): number {
  const { name = "", type = "" } = rows.columns[column] ?? {};
  let longest = Math.max(name.length + 2, type.length * 0.85);
  for (let row = 0; row < Math.min(rows.count, lookedAt); row++) {
    longest = Math.max(longest, cellText(rows.cell(row, column)).length);
  }
  return Math.round(Math.min(420, Math.max(88, longest * characterPx + paddingPx)));
}
