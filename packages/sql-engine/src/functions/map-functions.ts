import { quoteText } from "../duckdb/quote.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { toCommonType } from "../translate/coerce.ts";
import { expandStar } from "../translate/star.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { array, BOOLEAN, isFloating, map, type StructField, type TypeOf, VOID } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  MANY,
  scalar,
} from "./definition.ts";
import { constantText, ofKind } from "./params.ts";

const common = (args: Typed[], site: CallSite) =>
  toCommonType(args, site.name, site.translation, site.node.at);
const onMap = (build: (value: Typed & { type: TypeOf<"map"> }) => Typed): FunctionDefinition =>
  scalar(1, 1, ([value], site) => build(ofKind(value, "map", site)));

/** Maps and structs. */
export const mapFunctions: Functions = {
  map: scalar(0, MANY, (args, site) => buildMap(args, site)),
  map_from_arrays: scalar(2, 2, ([keys, values], site) => {
    const [k, v] = [ofKind(keys, "array", site), ofKind(values, "array", site)];
    return typed(
      `CASE WHEN ${k.sql} IS NOT NULL AND ${v.sql} IS NOT NULL THEN map(${k.sql}, ${v.sql}) END`,
      map(k.type.element, v.type.element),
    );
  }),
  map_from_entries: scalar(1, 1, ([entries], site) => {
    const list = ofKind(entries, "array", site);
    const [key, value] = ofKind(typed("", list.type.element), "struct", site).type.fields;
    return typed(`map_from_entries(${list.sql})`, map(key?.type ?? VOID, value?.type ?? VOID));
  }),
  map_keys: onMap((value) =>
    typed(`CASE WHEN ${value.sql} IS NOT NULL THEN map_keys(${value.sql}) END`, array(value.type.key)),
  ),
  map_values: onMap((value) =>
    typed(`CASE WHEN ${value.sql} IS NOT NULL THEN map_values(${value.sql}) END`, array(value.type.value)),
  ),
  map_entries: onMap((value) => {
    const fields: StructField[] = [
      { name: "key", type: value.type.key, nullable: false },
      { name: "value", type: value.type.value, nullable: true },
    ];
    return typed(
      `CASE WHEN ${value.sql} IS NOT NULL THEN map_entries(${value.sql}) END`,
      array({ kind: "struct", fields }),
    );
  }),
  map_concat: scalar(1, MANY, (args, site) => {
    const other = args.find((arg) => arg.type.kind !== "map" && arg.type.kind !== "void");
    if (other !== undefined)
      throw new SqlError(
        "DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES",
        `Cannot resolve "map_concat" due to data type mismatch: The \`map_concat\` should all be of type map, but it's "${sqlTypeText(other.type)}".`,
        site.translation.position(site.node.at),
      );
    const { values, type } = common(args, site);
    return typed(
      values.length === 1
        ? (values[0]?.sql ?? "")
        : `map_concat(${values.map((value) => value.sql).join(", ")})`,
      type,
    );
  }),
  map_contains_key: scalar(2, 2, ([value, key], site) => {
    const base = ofKind(value, "map", site);
    return typed(
      `list_contains(map_keys(${base.sql}), ${argument(key as Typed, base.type.key, site).sql})`,
      BOOLEAN,
    );
  }),
  named_struct: scalar(2, MANY, (args, site) => {
    const fields: [string, Typed][] = [];
    for (let i = 0; i + 1 < args.length; i += 2)
      fields.push([constantText(args[i], "a name", site), args[i + 1] as Typed]);
    return structOf(fields);
  }),
  struct: {
    kind: "special",
    min: 0,
    max: MANY,
    build(args, site) {
      const { scope, translation } = site;
      const fields = args.flatMap((arg, i): [string, Typed][] =>
        arg.kind === "star"
          ? expandStar(arg, scope, translation).map(({ name, value }) => [name, value])
          : [[structName(site, i), translation.expression(arg, scope)]],
      );
      if (fields.length === 0)
        throw unsupported("EMPTY_STRUCT", "a struct without fields", translation.position(site.node.at));
      const volatile = fields.some(([, value]) => value.volatile === true);
      return volatile ? { ...structOf(fields), volatile } : structOf(fields);
    },
  },
};

/** `struct(a, 1 AS b)`: a column keeps its name, other expressions are named col1, col2, … */
function structName(site: CallSite, index: number): string {
  const node = site.node.args[index];
  if (node?.kind === "column" && "parts" in node.name)
    return site.node.argAliases.get(index) ?? node.name.parts.at(-1) ?? "";
  if (node?.kind === "field") return site.node.argAliases.get(index) ?? node.name;
  return site.node.argAliases.get(index) ?? `col${index + 1}`;
}

export function structOf(fields: [name: string, value: Typed][]): Typed {
  const seen = new Set<string>();
  for (const [name] of fields) {
    // DuckDB identifies the fields of a struct by name, ignoring case.
    if (seen.has(name.toLowerCase()))
      throw unsupported("STRUCT_FIELD_NAMES", `two struct fields with the name ${name}`);
    seen.add(name.toLowerCase());
  }
  const sql = `{${fields.map(([name, value]) => `${quoteText(name)}: ${value.type.kind === "void" ? `CAST(NULL AS ${duckType(VOID)})` : value.sql}`).join(", ")}}`;
  return typed(sql, {
    kind: "struct",
    fields: fields.map(([name, { type }]) => ({ name, type, nullable: true })),
  });
}

const listText = (items: Typed[]) => `[${items.map((item) => item.sql).join(", ")}]`;

function buildMap(args: Typed[], site: CallSite): Typed {
  if (args.length % 2 === 1) {
    const text = `The \`map\` requires 2n (n >= 0) parameters but the actual number is ${args.length}.`;
    throw new SqlError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", text, site.translation.position(site.node.at));
  }
  const keys = common(
    args.filter((_, i) => i % 2 === 0),
    site,
  );
  const values = common(
    args.filter((_, i) => i % 2 === 1),
    site,
  );
  const type = map(keys.type, values.type);
  // Spark takes -0.0 for 0.0 in a key.
  const keyTexts = keys.values.map((key) =>
    isFloating(key.type) ? { ...key, sql: `(${key.sql} + 0)` } : key,
  );
  return typed(`CAST(map(${listText(keyTexts)}, ${listText(values.values)}) AS ${duckType(type)})`, type);
}
