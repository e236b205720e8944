import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { unsupported } from "../sql-error.ts";
import { fieldOf } from "../translate/cast-nested.ts";
import { castToString } from "../translate/cast-to-string.ts";
import { pathText } from "../translate/json-path.ts";
import { bind, type Typed, textLiteral, typed } from "../translate/typed.ts";
import { array, BOOLEAN, type DataType, INT, isNumeric, STRING, VARIANT } from "../types/data-type.ts";
import { formatMoment } from "./datetime-text.ts";
import { argument, type CallSite, type Functions, scalar, simple } from "./definition.ts";
import { fromJson } from "./from-json.ts";
import { constantText, ofKind } from "./params.ts";

export const jsonFunctions: Functions = {
  get_json_object: scalar(2, 2, ([json, path], site) =>
    typed(
      macro(
        "get_json",
        argument(json as Typed, STRING, site).sql,
        quoteText(jsonPath(constantText(path, "a path", site), site)),
      ),
      STRING,
    ),
  ),
  json_array_length: simple([STRING], INT, (v) =>
    bind(
      v ?? "",
      (j) =>
        `CASE WHEN json_valid(${j}) AND json_type(${j}) = 'ARRAY' THEN CAST(json_array_length(${j}) AS INTEGER) END`,
    ),
  ),
  json_object_keys: simple([STRING], array(STRING), (v) =>
    bind(
      v ?? "",
      (j) => `CASE WHEN json_valid(${j}) AND json_type(${j}) = 'OBJECT' THEN json_keys(${j}) END`,
    ),
  ),
  to_json: scalar(1, 1, ([value], site) => {
    const input = value as Typed;
    if (input.type.kind === "variant") return typed(`CAST(${input.sql} AS VARCHAR)`, STRING);
    return typed(jsonText(input.sql, input.type, site), STRING);
  }),
  from_json: scalar(2, 2, ([json, schema], site) =>
    fromJson(json as Typed, constantText(schema, "a schema", site), site),
  ),
  parse_json: simple([STRING], VARIANT, (v) => `CAST(${v} AS JSON)`),
  try_parse_json: simple([STRING], VARIANT, (v) =>
    bind(v ?? "", (j) => `CASE WHEN json_valid(${j}) THEN CAST(${j} AS JSON) END`),
  ),
  is_variant_null: scalar(1, 1, ([value], site) =>
    typed(`coalesce(json_type(${ofKind(value, "variant", site).sql}) = 'NULL', false)`, BOOLEAN),
  ),
};

/** Translates a path such as `$.a['b c'][0]`. Wildcards would return lists in DuckDB, and are refused. */
function jsonPath(path: string, site: CallSite): string {
  const steps = [...path.matchAll(/\.([^.[\]'*]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/g)];
  const length = steps.reduce((sum, step) => sum + step[0].length, 1);
  if (!path.startsWith("$") || length !== path.length) {
    throw unsupported("JSON_PATH", `the path '${path}'`, site.translation.position(site.node.at));
  }
  return pathText(
    steps.map(([, plain, index, single, double]) =>
      index === undefined ? (plain ?? single ?? double ?? "") : Number(index),
    ),
  );
}

const JSON_TIME = textLiteral("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", STRING);
const quoted = (sql: string): string => `CAST(to_json(${sql}) AS VARCHAR)`;

/** Writes JSON as Spark does: without NULL fields, but with NULL elements. */
function jsonText(sql: string, type: DataType, site: CallSite): string {
  switch (type.kind) {
    case "void":
      return "CAST(NULL AS VARCHAR)";
    case "string":
      return quoted(sql);
    case "boolean":
      return `CAST(${sql} AS VARCHAR)`;
    case "array": {
      const e = site.translation.fresh("j");
      return `('[' || array_to_string(list_transform(${sql}, lambda ${e}: coalesce(${jsonText(e, type.element, site)}, 'null')), ',') || ']')`;
    }
    case "map": {
      const e = site.translation.fresh("j");
      const key = quoted(castToString(typed(`${e}.key`, type.key)).sql);
      return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${e}: ${key} || ':' || coalesce(${jsonText(`${e}.value`, type.value, site)}, 'null')), ',') || '}')`;
    }
    case "struct": {
      const fields = (v: string) =>
        type.fields.map(
          (field) =>
            `${quoted(quoteText(field.name))} || ':' || ${jsonText(fieldOf(v, field.name), field.type, site)}`,
        );
      return bind(
        sql,
        (v) => `CASE WHEN ${v} IS NOT NULL THEN '{' || concat_ws(',', ${fields(v).join(", ")}) || '}' END`,
      );
    }
    case "date":
      return quoted(`CAST(${sql} AS VARCHAR)`);
    case "timestamp":
      return `('"' || ${formatMoment(typed(sql, type), JSON_TIME, site).sql} || '"')`;
    case "timestamp_ntz":
      return `('"' || strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%g') || '"')`;
    case "float":
    case "double": {
      // JSON has no such numbers.
      const text = castToString(typed(sql, type)).sql;
      return bind(sql, (v) => `CASE WHEN isfinite(${v}) THEN ${text} ELSE '"' || ${text} || '"' END`);
    }
    default:
      if (isNumeric(type)) return castToString(typed(sql, type)).sql;
      throw unsupported("TO_JSON", `to_json of ${type.kind}`, site.translation.position(site.node.at));
  }
}
