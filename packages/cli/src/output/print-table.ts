import stringWidth from "string-width";
import { printable } from "./printable.ts";
import { type Sink, stdout } from "./terminal.ts";

export interface TableColumn {
  readonly name: string;
  readonly alignRight?: boolean;
}

const charactersMax = 80;
/** What is wider is not aligned. A terminal shows some characters in two columns. */
const alignedWidthMax = 2 * charactersMax;

/** Prints rows below their headings, each on one line. A terminal gets at most 80 characters of a cell, the last one `…`. */
export async function printTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  sink: Sink = stdout,
): Promise<void> {
  const shown = sink.isTerminal ? shortened : printable;
  const lines = [columns.map(({ name }) => name), ...rows].map((line) => line.map((cell) => shown(cell)));
  const widths = columns.map((_, index) => widest(lines, index));
  const text = lines.map((line) => {
    const cells = columns.map(({ alignRight = false }, index) => {
      const cell = line[index] ?? "";
      const space = " ".repeat((widths[index] ?? 0) - alignedWidth(cell));
      return alignRight ? space + cell : cell + space;
    });
    return `${cells.join("  ").trimEnd()}\n`;
  });
  await sink.write(text.join(""));
}

/** The width of a column. A loop, because a call takes only so many arguments. */
function widest(lines: readonly (readonly string[])[], index: number): number {
  let width = 0;
  for (const line of lines) width = Math.max(width, alignedWidth(line[index] ?? ""));
  return width;
}

function alignedWidth(cell: string): number {
  return Math.min(alignedWidthMax, stringWidth(cell.slice(0, alignedWidthMax)));
}

function shortened(text: string): string {
  const characters = Array.from(printable(text));
  return characters.length > charactersMax
    ? `${characters.slice(0, charactersMax - 1).join("")}…`
    : characters.join("");
}
