import { quoteText } from "../duckdb/quote.ts";
import type { DataType, TypeOf } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { bind, type Typed, typed } from "./typed.ts";

type CastElement = (value: Typed, to: DataType) => Typed;

/** Casts element by element, by Databricks' rules rather than DuckDB's. Undefined if the shapes differ. */
export function castNested(value: Typed, to: DataType, castElement: CastElement): string | undefined {
  const { sql, type: from } = value;
  if (from.kind === "array" && to.kind === "array") {
    return `list_transform(${sql}, lambda e${depthOf(from)}: ${castElement(typed(`e${depthOf(from)}`, from.element), to.element).sql})`;
  }
  if (from.kind === "map" && to.kind === "map") {
    const e = `e${depthOf(from)}`;
    const key = castElement(typed(`${e}.key`, from.key), to.key).sql;
    const item = castElement(typed(`${e}.value`, from.value), to.value).sql;
    const entries = `list_transform(map_entries(${sql}), lambda ${e}: {'key': ${key}, 'value': ${item}})`;
    return bind(sql, (v) => `CASE WHEN ${v} IS NOT NULL THEN map_from_entries(${entries}) END`);
  }
  if (from.kind === "struct" && to.kind === "struct" && from.fields.length === to.fields.length) {
    return castStruct(sql, from, to, castElement);
  }
  return undefined;
}

/** Matches fields by position, as Spark does. */
function castStruct(
  sql: string,
  from: TypeOf<"struct">,
  to: TypeOf<"struct">,
  castElement: CastElement,
): string {
  return bind(sql, (v) => {
    const fields = to.fields.map((field, i) => {
      const source = from.fields[i] ?? field;
      const item = castElement(typed(fieldOf(v, source.name), source.type), field.type).sql;
      return `${quoteText(field.name)}: ${item}`;
    });
    return `CASE WHEN ${v} IS NOT NULL THEN {${fields.join(", ")}} END`;
  });
}

export const fieldOf = (sql: string, name: string): string => `struct_extract(${sql}, ${quoteText(name)})`;

/** Lambdas nest, so each level has its own variable. */
export function depthOf(type: DataType): number {
  switch (type.kind) {
    case "array":
      return 1 + depthOf(type.element);
    case "map":
      return 1 + Math.max(depthOf(type.key), depthOf(type.value));
    case "struct":
      return Math.max(0, ...type.fields.map((field) => depthOf(field.type)));
    default:
      return 0;
  }
}

/** A NULL or empty value of a type. */
export const nullOf = (type: DataType): string => `CAST(NULL AS ${duckType(type)})`;
export const emptyArrayOf = (element: DataType): string =>
  `CAST([] AS ${duckType({ kind: "array", element })})`;
