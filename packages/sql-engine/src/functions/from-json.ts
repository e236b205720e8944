import { quoteText } from "../duckdb/quote.ts";
import { unsupported } from "../sql-error.ts";
import { tokensOf } from "../syntax/statement-parser.ts";
import { parseType } from "../syntax/type-parser.ts";
import { bind, raise, type Typed, typed } from "../translate/typed.ts";
import { type DataType, STRING, type TypeOf } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { argument, type CallSite } from "./definition.ts";

/** PERMISSIVE mode: a value of another kind than its type is NULL, and so is every field if the text is not an object. */
export function fromJson(json: Typed, schema: string, site: CallSite): Typed {
  const type = schemaType(schema);
  const text = argument(json, STRING, site).sql;
  const sql = bind(text, (j) => {
    const root = `CASE WHEN json_valid(${j}) THEN CAST(${j} AS JSON) END`;
    if (type.kind === "struct") {
      const empty = jsonValue("CAST('{}' AS JSON)", type, site);
      const blank = `trim(${j}, e' \\t\\n\\r') = ''`;
      return `CASE WHEN ${j} IS NULL OR ${blank} THEN NULL ELSE coalesce(${jsonValue(root, type, site)}, ${empty}) END`;
    }
    if (type.kind !== "array" || type.element.kind !== "struct") return jsonValue(root, type, site);
    // An object stands for an array of one, but only here.
    const wrapped = `CASE WHEN json_type(${root}) = 'OBJECT' THEN json_array(${root}) ELSE ${root} END`;
    return jsonValue(wrapped, type, site);
  });
  return typed(sql, type);
}

const INTEGER_JSON = "('BIGINT', 'UBIGINT')";
const NUMBER_JSON = "('BIGINT', 'UBIGINT', 'DOUBLE', 'VARCHAR')";
/** The numbers that JSON can only write as strings. */
const NOT_FINITE = "('NaN', 'Infinity', '+Infinity', '-Infinity', '+INF', '-INF')";

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
      return only(
        NUMBER_JSON,
        (v) =>
          `CASE WHEN json_type(${v}) <> 'VARCHAR' OR json_extract_string(${v}, '$') IN ${NOT_FINITE} THEN TRY_CAST(replace(json_extract_string(${v}, '$'), '+', '') AS ${target}) END`,
      );
    case "array":
      return only("('ARRAY')", (v) => jsonArray(v, type, site));
    case "struct":
      return only("('OBJECT')", (v) => jsonObject(v, type, site));
    default:
      throw unsupported("FROM_JSON", `from_json to ${type.kind}`, site.translation.position(site.node.at));
  }
}

const REPEATED_KEY = raise(
  "UNSUPPORTED_FEATURE.REPEATED_JSON_KEY",
  "The feature is not supported by the local SQL engine: from_json of a repeated key, of which the last value is of another kind.",
);

/** NULL if an element is of another kind. */
function jsonArray(node: string, { element }: TypeOf<"array">, site: CallSite): string {
  const [e, pair, both] = [
    site.translation.fresh("j"),
    site.translation.fresh("j"),
    site.translation.fresh("j"),
  ];
  const item = `{'json': ${e}, 'item': CAST(${jsonValue(e, element, site)} AS ${duckType(element)})}`;
  const wrong = `list_filter(${both}, lambda ${pair}: ${pair}.item IS NULL AND json_type(${pair}.json) <> 'NULL')`;
  return `list_transform([list_transform(CAST(${node} AS JSON[]), lambda ${e}: ${item})], lambda ${both}: CASE WHEN len(${wrong}) = 0 THEN list_transform(${both}, lambda ${pair}: ${pair}.item) END)[1]`;
}

/** Of a repeated key the last value counts. In Spark it does not if it is of another kind, and here it fails. */
function jsonObject(node: string, type: TypeOf<"struct">, site: CallSite): string {
  const o = site.translation.fresh("j");
  const fields = type.fields.map((field) => {
    const name = quoteText(field.name);
    const json = `${o}.items[len(${o}.keys) + 1 - list_position(${o}.keys, ${name})]`;
    const repeated = `json_type(${json}) <> 'NULL' AND len(list_filter(${o}.keys, lambda k: k = ${name})) > 1`;
    return `${name}: coalesce(${jsonValue(json, field.type, site)}, CASE WHEN ${repeated} THEN ${REPEATED_KEY} END)`;
  });
  const parts = `{'keys': list_reverse(json_keys(${node})), 'items': json_extract(${node}, '$.*')}`;
  return `list_transform([${parts}], lambda ${o}: CAST({${fields.join(", ")}} AS ${duckType(type)}))[1]`;
}

/** Parses a schema such as `a INT, b STRING`, or a type. */
function schemaType(schema: string): DataType {
  const isType = /^\s*(array|map|struct)\s*</i.test(schema);
  const tokens = tokensOf(isType ? schema : `STRUCT<${schema}>`);
  const type = parseType(tokens);
  if (tokens.peek().kind !== "end") throw tokens.error();
  return type;
}
