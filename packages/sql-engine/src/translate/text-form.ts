import { type DataType, STRING } from "../types/data-type.ts";
import { castToString } from "./cast-to-string.ts";
import { jsonOutput } from "./json-output.ts";
import { columnName, type OutputColumn, type TranslatedQuery } from "./scope.ts";
import { typed } from "./typed.ts";

/** Types that a client can ask for as text. `complex` means ARRAY, MAP and STRUCT, which are written as JSON. */
export type TextForm = "timestamp" | "decimal" | "complex";

const FORMS: Partial<Record<DataType["kind"], TextForm>> = {
  timestamp: "timestamp",
  timestamp_ntz: "timestamp",
  decimal: "decimal",
  array: "complex",
  map: "complex",
  struct: "complex",
};

/** The query with its columns of these types as STRING. */
export function withTextForms(query: TranslatedQuery, forms: readonly TextForm[]): TranslatedQuery {
  const isText = ({ type }: OutputColumn) => forms.some((form) => form === FORMS[type.kind]);
  if (!query.columns.some(isText)) return query;
  const items = query.columns.map((column, i) => {
    const name = columnName(i);
    return isText(column) ? `${outputText(name, column.type)} AS ${name}` : name;
  });
  return {
    ...query,
    sql: `SELECT ${items.join(", ")} FROM (${query.sql}) AS result`,
    columns: query.columns.map((column) => (isText(column) ? { ...column, type: STRING } : column)),
  };
}

const outputText = (sql: string, type: DataType): string =>
  FORMS[type.kind] === "complex" ? jsonOutput(sql, type) : castToString(typed(sql, type)).sql;
