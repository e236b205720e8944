import { quoteText } from "../duckdb/quote.ts";
import { type DataType, isNumeric } from "../types/data-type.ts";
import { depthOf, fieldOf } from "./cast-nested.ts";
import { castToString } from "./cast-to-string.ts";
import { bind, typed } from "./typed.ts";

/**
 * An ARRAY, MAP or STRUCT as the JSON that drivers without Arrow's nested types receive. Unlike in to_json, a struct keeps its
 * NULL fields. Times are written as by CAST to STRING, and bytes in base64: how Databricks writes these is not known.
 */
export function jsonOutput(sql: string, type: DataType): string {
  switch (type.kind) {
    case "array": {
      const e = `j${depthOf(type)}`;
      return `('[' || array_to_string(list_transform(${sql}, lambda ${e}: ${orNull(e, type.element)}), ',') || ']')`;
    }
    case "map": {
      const e = `j${depthOf(type)}`;
      const key = quoted(castToString(typed(`${e}.key`, type.key)).sql);
      const item = `${key} || ':' || ${orNull(`${e}.value`, type.value)}`;
      return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${e}: ${item}), ',') || '}')`;
    }
    case "struct": {
      const field = (v: string) => (one: { name: string; type: DataType }) =>
        `${quoted(quoteText(one.name))} || ':' || ${orNull(fieldOf(v, one.name), one.type)}`;
      return bind(
        sql,
        (v) =>
          `CASE WHEN ${v} IS NOT NULL THEN '{' || ${type.fields.map(field(v)).join(" || ',' || ")} || '}' END`,
      );
    }
    case "void":
      return "CAST(NULL AS VARCHAR)";
    case "boolean":
    case "variant":
      return `CAST(${sql} AS VARCHAR)`;
    case "binary":
      return quoted(`to_base64(${sql})`);
    case "float":
    case "double": {
      // JSON has no such numbers.
      const text = castToString(typed(sql, type)).sql;
      return bind(sql, (v) => `CASE WHEN isfinite(${v}) THEN ${text} ELSE '"' || ${text} || '"' END`);
    }
    default: {
      const text = castToString(typed(sql, type)).sql;
      return isNumeric(type) ? text : quoted(text);
    }
  }
}

const quoted = (sql: string): string => `CAST(to_json(${sql}) AS VARCHAR)`;
const orNull = (sql: string, type: DataType): string => `coalesce(${jsonOutput(sql, type)}, 'null')`;
