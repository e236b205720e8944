import type { Cell } from "@front-door/api-client";
import { Schema, Table, tableToIPC } from "apache-arrow";
import { type ArrowRows, cellText } from "./arrow-rows.ts";

export const exportFormats = [
  { name: "CSV", extension: "csv", type: "text/csv" },
  { name: "JSON", extension: "json", type: "application/json" },
  { name: "Arrow", extension: "arrow", type: "application/vnd.apache.arrow.file" },
] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** So many rows are written before the page gets its turn. */
const rowsAtOnce = 10_000;

/** The rows as a file, exactly, in the order that is shown. Arrow has them in the order in which they came. */
export async function exportResult(
  { extension, type }: ExportFormat,
  rows: ArrowRows,
  rowCount: number,
  order?: Uint32Array,
): Promise<Blob> {
  if (extension === "arrow") return new Blob([arrowFile(rows, rowCount)], { type });
  const names = distinctNames(rows);
  const [head, line, separator, end] =
    extension === "csv"
      ? ([`${names.map(csvText).join(",")}\r\n`, csvLine, "", ""] as const)
      : (["[\n", jsonLine(names), ",\n", "\n]\n"] as const);
  const parts: string[] = [head];
  for (let first = 0; first < rowCount; first += rowsAtOnce) {
    const length = Math.min(rowsAtOnce, rowCount - first);
    const lines = Array.from({ length }, (_, index) => {
      const row = order?.[first + index] ?? first + index;
      return line(names.map((_name, column) => rows.cell(row, column)));
    });
    parts.push(first === 0 ? "" : separator, lines.join(separator));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob([...parts, end], { type });
}

/** The second column `id` becomes `id_2`: an object has room for one. */
function distinctNames({ columns }: ArrowRows): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let distinct = name;
    for (let number = 2; taken.has(distinct); number++) distinct = `${name}_${number}`;
    taken.add(distinct);
    return distinct;
  });
}

function jsonLine(names: readonly string[]): (cells: readonly Cell[]) => string {
  return (cells) => JSON.stringify(Object.fromEntries(names.map((name, index) => [name, cells[index]])));
}

/** RFC 4180. NULL is nothing, and an empty text is `""`. */
function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (cell === null ? "" : csvText(cellText(cell)))).join(",")}\r\n`;
}

function csvText(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function arrowFile({ batches }: ArrowRows, rowCount: number): Uint8Array<ArrayBuffer> {
  const table = new Table(batches[0]?.schema ?? new Schema(), [...batches]);
  // Arrow makes a buffer of its own, which is never shared.
  return tableToIPC(table.slice(0, rowCount), "file") as Uint8Array<ArrayBuffer>;
}
