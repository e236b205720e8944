import type { Cell } from "@front-door/api-client";
import { Schema, Table, tableToIPC } from "apache-arrow";
import { type ArrowRows, cellText } from "../arrow-rows.ts";
import { distinctNames } from "../distinct-names.ts";
import { type ShownRows, shownCell } from "../shown-rows.ts";

export const exportFormats = [
  { name: "CSV", extension: "csv", type: "text/csv" },
  { name: "JSON", extension: "json", type: "application/json" },
  { name: "Parquet", extension: "parquet", type: "application/vnd.apache.parquet" },
  { name: "Arrow", extension: "arrow", type: "application/vnd.apache.arrow.file" },
] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** So many rows are written before the page gets its turn. */
const rowsAtOnce = 10_000;

/** The rows that are shown as a file, exactly. Arrow has all `rowCount` rows of the result as they came. */
export async function exportResult(
  { extension, type }: ExportFormat,
  shown: ShownRows,
  rowCount: number,
): Promise<Blob> {
  if (extension === "arrow") return new Blob([arrowFile(shown.rows, rowCount)], { type });
  if (extension === "parquet") {
    const { parquetFile } = await import("./parquet-file.ts");
    return parquetFile(shown);
  }
  return textFile(extension, type, shown);
}

async function textFile(extension: "csv" | "json", type: string, shown: ShownRows): Promise<Blob> {
  const names = distinctNames(shown.rows.columns);
  const [head, line, separator, end] =
    extension === "csv"
      ? ([`${names.map(csvText).join(",")}\r\n`, csvLine, "", ""] as const)
      : (["[\n", jsonLine(names), ",\n", "\n]\n"] as const);
  const parts: string[] = [head];
  for (let first = 0; first < shown.count; first += rowsAtOnce) {
    const length = Math.min(rowsAtOnce, shown.count - first);
    const lines = Array.from({ length }, (_, index) =>
      line(names.map((_name, column) => shownCell(shown, first + index, column))),
    );
    parts.push(first === 0 ? "" : separator, lines.join(separator));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob([...parts, end], { type });
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
