import type { Cell, QueryRequest } from "@front-door/api-client";
import { printableText } from "../output/printable.ts";
import type { Sink } from "../output/terminal.ts";
import { exactJson } from "./exact-json.ts";
import { RowWriter } from "./row-writer.ts";

/** An array of objects, one for each row. */
export async function writeJson(query: QueryRequest, sink: Sink): Promise<undefined> {
  const writer = new RowWriter(sink);
  let before = "[\n";
  for await (const row of query.objects()) {
    await writer.write(before + textOf(row, sink));
    before = ",\n";
  }
  await writer.write(before === "[\n" ? "[]\n" : "\n]\n");
  await writer.flush();
}

/** An object in each line. */
export async function writeNdjson(query: QueryRequest, sink: Sink): Promise<undefined> {
  const writer = new RowWriter(sink);
  for await (const row of query.objects()) await writer.write(`${textOf(row, sink)}\n`);
  await writer.flush();
}

function textOf(row: Record<string, Cell>, { isTerminal }: Sink): string {
  const text = exactJson(row);
  return isTerminal ? printableText(text) : text;
}
