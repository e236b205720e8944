import { printTable } from "./print-table.ts";
import { printableText } from "./printable.ts";
import { printJson, stdout } from "./terminal.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Prints every entry of a list: the named fields as a table, or all fields as a JSON array. */
export async function printList(
  items: AsyncIterable<Fields> | Iterable<Fields>,
  fields: readonly string[],
  json: boolean,
): Promise<void> {
  if (json) {
    await printJsonArray(items);
    return;
  }
  const rows: string[][] = [];
  for await (const item of items) rows.push(fields.map((field) => textOf(item[field])));
  await printTable(
    fields.map((field) => ({ name: field.toUpperCase() })),
    rows,
  );
}

/** Prints an array as its items arrive. */
export async function printJsonArray(items: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
  let before = "[\n";
  for await (const item of items) {
    await stdout.write(`${before}${printableText(JSON.stringify(item))}`);
    before = ",\n";
  }
  await stdout.write(before === "[\n" ? "[]\n" : "\n]\n");
}

/** Prints one thing: a line for each of its fields, or JSON. */
export async function printObject(object: object, json: boolean): Promise<void> {
  if (json) {
    await printJson(object);
    return;
  }
  const rows = Object.entries(object).map(([name, value]) => [name, textOf(value)]);
  await printTable([{ name: "FIELD" }, { name: "VALUE" }], rows);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
