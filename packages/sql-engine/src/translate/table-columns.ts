import type { TableEntry } from "../catalog-source.ts";
import { declaredTypeFromText } from "../syntax/type-from-text.ts";
import { STRING } from "../types/data-type.ts";
import type { OutputColumn } from "./scope.ts";

export function tableColumns(entry: TableEntry): OutputColumn[] {
  return entry.columns.map(({ name, typeText, nullable }) => {
    const type = declaredTypeFromText(typeText);
    if (type.kind !== "string") return { name, type, nullable };
    const charLength = type.fixed === true ? type.length : undefined;
    return { name, type: STRING, nullable, ...(charLength === undefined ? {} : { charLength }) };
  });
}
