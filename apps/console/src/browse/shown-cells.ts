import { cellText } from "./cell-text.ts";

/** The page draws all that it shows at once, so a small file could stop it. */
export const columnsMax = 200;
const cellsMax = 20_000;
const charactersMax = 1_000;

interface ShownCells<Column> {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  /** What is left out, in words. Undefined: nothing is. */
  readonly note: string | undefined;
}

/** The first of the columns and rows: at most 200 columns and 20,000 cells. */
export function shownCells<Column>(
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
): ShownCells<Column> {
  const width = Math.min(columns.length, columnsMax);
  const height = Math.min(rows.length, Math.floor(cellsMax / Math.max(width, 1)));
  const parts = [
    ...(width < columns.length ? [`${width} of ${columns.length.toLocaleString()} columns`] : []),
    ...(height < rows.length
      ? [`${height.toLocaleString()} of these ${rows.length.toLocaleString()} rows`]
      : []),
  ];
  return {
    columns: columns.slice(0, width),
    // A row of a CSV file can have more cells than the first one.
    rows: rows.slice(0, height).map((row) => row.slice(0, Math.max(width, 1))),
    note: parts.length === 0 ? undefined : `This table shows the first ${parts.join(" and ")}.`,
  };
}

/** The text of a cell, or the first 1,000 characters of it and how many it has. */
export function shownText(cell: unknown): string {
  const text = cellText(cell);
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax)} … (${text.length.toLocaleString()} characters)`;
}
