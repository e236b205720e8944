import stringWidth from "string-width";
import { printable } from "./printable.ts";
import { type Sink, stdout } from "./terminal.ts";

export interface TableColumn {
  readonly name: string;
  readonly alignRight?: boolean;
}

const cellWidthMax = 80;

/** Prints rows below their headings. What is longer than 80 characters is cut with `…`. */
export async function printTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  sink: Sink = stdout,
): Promise<void> {
  const lines = [columns.map(({ name }) => name), ...rows].map((line) => line.map(shortened));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => stringWidth(line[index] ?? ""))));
  const text = lines.map((line) => {
    const cells = columns.map(({ alignRight = false }, index) => {
      const cell = line[index] ?? "";
      const space = " ".repeat((widths[index] ?? 0) - stringWidth(cell));
      return alignRight ? space + cell : cell + space;
    });
    return `${cells.join("  ").trimEnd()}\n`;
  });
  await sink.write(text.join(""));
}

function shortened(text: string): string {
  const line = printable(text);
  return line.length > cellWidthMax ? `${line.slice(0, cellWidthMax - 1)}…` : line;
}
