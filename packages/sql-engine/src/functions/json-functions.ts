import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { unsupported } from "../sql-error.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import { fieldOf } from "../translate/cast-nested.ts";
import { castToString } from "../translate/cast-to-string.ts";
import { pathText } from "../translate/json-path.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import { array, BOOLEAN, type DataType, INT, isNumeric, STRING, VARIANT } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { argument, type CallSite, type Functions, scalar, simple } from "./definition.ts";
import { constantText } from "./params.ts";

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
  is_variant_null: scalar(1, 1, ([value]) =>
    typed(`coalesce(json_type(${value?.sql}) = 'NULL', false)`, BOOLEAN),
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
      return `('"' || strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%gZ') || '"')`;
    default:
      if (isNumeric(type)) return castToString(typed(sql, type)).sql;
      throw unsupported("TO_JSON", `to_json of ${type.kind}`, site.translation.position(site.node.at));
  }
}

/** PERMISSIVE mode: a value of another kind than its type is NULL, and so is every field if the text is not JSON. */
function fromJson(json: Typed, schema: string, site: CallSite): Typed {
  const type = schemaType(schema);
  const text = argument(json, STRING, site).sql;
  const sql = bind(text, (j) => {
    const root = `CASE WHEN json_valid(${j}) THEN CAST(${j} AS JSON) END`;
    if (type.kind !== "struct") return jsonValue(root, type, site);
    const value = (node: string) => jsonValue(node, type, site);
    const empty = jsonValue("CAST('{}' AS JSON)", type, site);
    // An array stands for its first element, and an empty text for NULL.
    const first = `CASE WHEN json_type(${root}) = 'ARRAY' THEN json_extract(${root}, '$[0]') ELSE ${root} END`;
    const none = `trim(${j}, e' \\t\\n\\r') = '' OR (json_type(${root}) = 'ARRAY' AND json_array_length(${root}) = 0)`;
    return `CASE WHEN ${j} IS NULL OR ${none} THEN NULL ELSE coalesce(${value(first)}, ${empty}) END`;
  });
  return typed(sql, type);
}

const INTEGER_JSON = "('BIGINT', 'UBIGINT')";
const NUMBER_JSON = "('BIGINT', 'UBIGINT', 'DOUBLE')";

/** A JSON node as a value of a type; NULL if the node is of another kind. */
function jsonValue(node: string, type: DataType, site: CallSite): string {
  const target = duckType(type);
  const only = (kinds: string, sql: (v: string) => string) => {
    const v = site.translation.fresh("j");
    return `list_transform([${node}], lambda ${v}: CASE WHEN json_type(${v}) IN ${kinds} THEN ${sql(v)} END)[1]`;
  };
  switch (type.kind) {
    case "string":
      return `json_extract_string(${node}, '$')`;
    case "boolean":
      return only("('BOOLEAN')", (v) => `(CAST(${v} AS VARCHAR) = 'true')`);
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return only(INTEGER_JSON, (v) => `TRY_CAST(CAST(${v} AS VARCHAR) AS ${target})`);
    case "float":
    case "double":
      return only(NUMBER_JSON, (v) => `TRY_CAST(CAST(${v} AS VARCHAR) AS ${target})`);
    case "array": {
      const e = site.translation.fresh("j");
      return only(
        "('ARRAY')",
        (v) =>
          `list_transform(CAST(${v} AS JSON[]), lambda ${e}: CAST(${jsonValue(e, type.element, site)} AS ${duckType(type.element)}))`,
      );
    }
    case "struct":
      return only("('OBJECT')", (v) => {
        const fields = type.fields.map(
          (field) =>
            `${quoteText(field.name)}: ${jsonValue(`json_extract(${v}, ${quoteText(pathText([field.name]))})`, field.type, site)}`,
        );
        return `CAST({${fields.join(", ")}} AS ${target})`;
      });
    default:
      throw unsupported("FROM_JSON", `from_json to ${type.kind}`, site.translation.position(site.node.at));
  }
}

/** Parses a schema such as `a INT, b STRING`, or a type. */
function schemaType(schema: string): DataType {
  const isType = /^\s*(array|map|struct)\s*</i.test(schema);
  const tokens = tokensOf(isType ? schema : `STRUCT<${schema}>`);
  const type = parseType(tokens);
  if (tokens.peek().kind !== "end") throw tokens.error();
  return type;
}
