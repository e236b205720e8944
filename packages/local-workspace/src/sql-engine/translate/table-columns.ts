import type { TableEntry } from "../catalog-source.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import type { DataType } from "../types/data-type.ts";
import type { OutputColumn } from "./scope.ts";

export function tableColumns(entry: TableEntry): OutputColumn[] {
  return entry.columns.map((column) => ({
    name: column.name,
    type: typeFromText(column.typeText),
    nullable: column.nullable,
  }));
}

/** The type of a column's text. VARCHAR(n) is a STRING in every expression. */
export function typeFromText(text: string): DataType {
  const type = parseType(tokensOf(text));
  return type.kind === "string" ? { kind: "string" } : type;
}
