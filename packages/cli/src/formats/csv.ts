import type { Cell, QueryRequest } from "@front-door/api-client";
import { printableText } from "../output/printable.ts";
import type { Sink } from "../output/terminal.ts";
import { exactJson } from "./exact-json.ts";
import { RowWriter } from "./row-writer.ts";

/** CSV as RFC 4180 has it, with a line of names. NULL is empty, and an empty string `""`. */
export async function writeCsv(query: QueryRequest, sink: Sink): Promise<undefined> {
  const stream = await query.stream();
  const writer = new RowWriter(sink);
  const line = async (cells: readonly string[]) => {
    const text = `${cells.join(",")}\r\n`;
    // A terminal acts on control characters inside a value too.
    await writer.write(sink.isTerminal ? `${printableText(text.slice(0, -2))}\n` : text);
  };
  await line(stream.columns.map(({ name }) => quoted(name)));
  for await (const row of stream) await line(row.map(cellText));
  await writer.flush();
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "string" ? quoted(cell) : quoted(exactJson(cell));
}

function quoted(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
