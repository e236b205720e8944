import { unsupported } from "../sql-error.ts";
import type { Query } from "../syntax/query-ast.ts";
import type { DataType } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { translateExpression } from "./expression.ts";
import { intervalOutput } from "./interval-text.ts";
import { translateQuery } from "./query.ts";
import { columnName, type TranslatedQuery } from "./scope.ts";
import { type StatementContext, Translation } from "./translation.ts";

export function newTranslation(context: StatementContext, text: string): Translation {
  return new Translation(context, text, { expression: translateExpression, query: translateQuery });
}

/** Translates a query, with its columns in the form in which they leave the engine. */
export function translateTopQuery(query: Query, translation: Translation): TranslatedQuery {
  return forOutput(translation.query(query));
}

/** Intervals leave as the text that Databricks' drivers receive, and DuckDB's JSON as plain text. */
export function forOutput(query: TranslatedQuery): TranslatedQuery {
  if (query.columns.every((column) => column.type.kind !== "void" && !holdsInterval(column.type)))
    return query;
  const items = query.columns.map((column, i) => {
    const name = columnName(i);
    if (column.type.kind === "void") return `CAST(${name} AS ${duckType(column.type)}) AS ${name}`;
    if (column.type.kind !== "interval_ym" && column.type.kind !== "interval_dt") {
      if (holdsInterval(column.type))
        throw unsupported("NESTED_INTERVAL", `an interval inside the column ${column.name}`);
      return name;
    }
    return `${intervalOutput(name, column.type)} AS ${name}`;
  });
  return { ...query, sql: `SELECT ${items.join(", ")} FROM (${query.sql}) AS result` };
}

function holdsInterval(type: DataType): boolean {
  switch (type.kind) {
    case "interval_ym":
    case "interval_dt":
      return true;
    case "array":
      return holdsInterval(type.element);
    case "map":
      return holdsInterval(type.key) || holdsInterval(type.value);
    case "struct":
      return type.fields.some((field) => holdsInterval(field.type));
    default:
      return false;
  }
}
