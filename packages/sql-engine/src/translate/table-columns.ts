import type { TableEntry } from "../catalog-source.ts";
import { typeFromText } from "../syntax/type-from-text.ts";
import type { OutputColumn } from "./scope.ts";

export function tableColumns(entry: TableEntry): OutputColumn[] {
  return entry.columns.map((column) => ({
    name: column.name,
    type: typeFromText(column.typeText),
    nullable: column.nullable,
  }));
}
