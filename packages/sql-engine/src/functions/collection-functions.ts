import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { sessionMode } from "../session-mode.ts";
import { cast } from "../translate/cast.ts";
import { emptyArrayOf } from "../translate/cast-nested.ts";
import { toCommonType, wrongType } from "../translate/coerce.ts";
import { refuseMap } from "../translate/map-order.ts";
import { orderable } from "../translate/orderable.ts";
import { arrayElement, mapValue } from "../translate/subscript.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import { commonType, commonTypeWithoutStrings } from "../types/coercion.ts";
import {
  array,
  BOOLEAN,
  type DataType,
  INT,
  isFloating,
  STRING,
  type TypeOf,
  VOID,
} from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  MANY,
  named,
  scalar,
} from "./definition.ts";
import { ofKind } from "./params.ts";

const common = (args: Typed[], site: CallSite, pick = commonType) =>
  toCommonType(args, site.name, site.translation, site.node.at, pick);

/** Of arrays whose elements are compared. */
function commonElements(a: DataType, b: DataType): DataType | undefined {
  if (a.kind !== "array" || b.kind !== "array") return commonType(a, b);
  const element = commonTypeWithoutStrings(a.element, b.element);
  return element === undefined ? undefined : array(element);
}

type OfArray = Typed & { type: TypeOf<"array"> };
const onArray = (
  more: number,
  build: (list: OfArray, rest: Typed[], site: CallSite) => Typed,
): FunctionDefinition =>
  scalar(1 + more, 1 + more, ([list, ...rest], site) => build(ofKind(list, "array", site), rest, site));
/** Casts an array and a value to a common element type. */
const withElement = (
  result: (type: DataType) => DataType,
  sql: (list: string, value: string) => string,
): FunctionDefinition =>
  onArray(1, (list, [value], site) => {
    const { values, type } = common(
      [list, typed(`[${value?.sql}]`, array(value?.type ?? VOID))],
      site,
      commonElements,
    );
    const element = type.kind === "array" ? type.element : VOID;
    refuseMap(element, site.name, site.translation, site.node.at);
    return typed(sql(values[0]?.sql ?? "", cast(value as Typed, element).sql), result(type));
  });
const onArrays = (
  result: (type: DataType) => DataType,
  sql: (a: string, b: string) => string,
): FunctionDefinition =>
  scalar(2, 2, (args, site) => {
    for (const arg of args) ofKind(arg, "array", site);
    const { values, type } = common(args, site, commonElements);
    refuseMap(type, site.name, site.translation, site.node.at);
    const lists = values.map((value) => value.sql);
    return distinctZeros(type, lists, result(type), sql);
  });
/** For sets of elements, where Spark tells 0.0 from -0.0, as their texts do. */
const distinctZeros = (
  type: DataType,
  lists: string[],
  result: DataType,
  sql: (a: string, b: string) => string,
): Typed => {
  const byText = type.kind === "array" && isFloating(type.element);
  const [a = "", b = ""] = byText ? lists.map((list) => `CAST(${list} AS VARCHAR[])`) : lists;
  return typed(byText ? `CAST(${sql(a, b)} AS ${duckType(result)})` : sql(a, b), result);
};
const sameType = (type: DataType): DataType => type;

export const collectionFunctions: Functions = {
  array: scalar(0, MANY, (args, site) => {
    if (args.length === 0) return typed(emptyArrayOf(VOID), array(VOID));
    const { values, type } = common(args, site);
    return typed(`[${values.map((value) => value.sql).join(", ")}]`, array(type));
  }),
  array_contains: withElement(
    () => BOOLEAN,
    (list, value) => macro("contains_element", list, value),
  ),
  array_position: withElement(
    () => ({ kind: "bigint" }),
    (list, value) =>
      `CASE WHEN ${list} IS NOT NULL AND ${value} IS NOT NULL THEN CAST(coalesce(list_position(${list}, ${value}), 0) AS BIGINT) END`,
  ),
  array_remove: withElement(
    sameType,
    (list, value) =>
      `CASE WHEN ${value} IS NOT NULL THEN list_filter(${list}, lambda r: r <> ${value} OR r IS NULL) END`,
  ),
  array_append: withElement(
    sameType,
    (list, value) => `CASE WHEN ${list} IS NOT NULL THEN list_append(${list}, ${value}) END`,
  ),
  array_prepend: withElement(
    sameType,
    (list, value) => `CASE WHEN ${list} IS NOT NULL THEN list_prepend(${value}, ${list}) END`,
  ),
  array_distinct: onArray(0, (list, _, site) => {
    refuseMap(list.type, site.name, site.translation, site.node.at);
    return distinctZeros(list.type, [list.sql], list.type, firstOfEach);
  }),
  array_compact: onArray(0, (list) => typed(`list_filter(${list.sql}, lambda r: r IS NOT NULL)`, list.type)),
  array_max: onArray(0, (list) => orderable(typed(`list_max(${list.sql})`, list.type.element))),
  array_min: onArray(0, (list) => orderable(typed(`list_min(${list.sql})`, list.type.element))),
  sort_array: scalar(1, 2, ([list, ascending], site) => {
    const value = ofKind(list, "array", site);
    orderable(typed("", value.type.element));
    const up = ascending === undefined || ascending.literal === true;
    if (ascending !== undefined && typeof ascending.literal !== "boolean")
      throw wrongType(ascending.type, "a literal", site.name, site.translation, site.node.at);
    return typed(
      `list_sort(${value.sql}, '${up ? "ASC" : "DESC"}', '${up ? "NULLS FIRST" : "NULLS LAST"}')`,
      value.type,
    );
  }),
  array_sort: onArray(0, (list) => {
    orderable(typed("", list.type.element));
    return typed(`list_sort(${list.sql}, 'ASC', 'NULLS LAST')`, list.type);
  }),
  array_union: onArrays(
    sameType,
    (a, b) =>
      `CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN ${distinctInOrder(`list_concat(${a}, ${b})`)} END`,
  ),
  array_intersect: onArrays(sameType, (a, b) =>
    distinctInOrder(`list_filter(${a}, lambda x: ${holds(b, "x")})`),
  ),
  array_except: onArrays(sameType, (a, b) =>
    distinctInOrder(`list_filter(${a}, lambda x: NOT ${holds(b, "x")})`),
  ),
  arrays_overlap: onArrays(
    () => BOOLEAN,
    (a, b) =>
      `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN list_has_any(list_filter(${a}, lambda x: x IS NOT NULL), ${b}) THEN true WHEN len(${a}) > 0 AND len(${b}) > 0 AND (len(list_filter(${a}, lambda x: x IS NULL)) > 0 OR len(list_filter(${b}, lambda x: x IS NULL)) > 0) THEN NULL ELSE false END`,
  ),
  array_join: scalar(2, 3, ([list, separator, missing], site) => {
    const value = ofKind(list, "array", site);
    const texts = cast(value, array(STRING)).sql;
    const kept =
      missing === undefined
        ? `list_filter(${texts}, lambda s: s IS NOT NULL)`
        : `list_transform(${texts}, lambda s: coalesce(s, ${argument(missing, STRING, site).sql}))`;
    return typed(macro("join_texts", kept, argument(separator as Typed, STRING, site).sql), STRING);
  }),
  array_repeat: scalar(2, 2, ([value, count], site) =>
    typed(
      `list_transform(range(greatest(${argument(count as Typed, INT, site).sql}, 0)), lambda i: ${value?.sql})`,
      array(value?.type ?? VOID),
    ),
  ),
  array_size: onArray(0, (list) => typed(`CAST(len(${list.sql}) AS INTEGER)`, INT)),
  ...named(
    "size cardinality",
    scalar(1, 1, ([value], site) => {
      // Without ANSI mode the size of NULL is -1.
      if (value?.type.kind === "void" && !sessionMode().ansi) return typed("-1", INT);
      const sql =
        value?.type.kind === "map" ? `cardinality(${value.sql})` : `len(${ofKind(value, "array", site).sql})`;
      const size = `CAST(${sql} AS INTEGER)`;
      return typed(sessionMode().ansi ? size : `coalesce(${size}, -1)`, INT);
    }),
  ),
  element_at: scalar(2, 2, ([base, key], site) => elementAt(base as Typed, key as Typed, false, site)),
  try_element_at: scalar(2, 2, ([base, key], site) => elementAt(base as Typed, key as Typed, true, site)),
  get: onArray(1, (list, [index], site) => arrayElement(list, argument(index as Typed, INT, site), "null")),
  slice: onArray(2, (list, [start, count], site) =>
    slice(list, argument(start as Typed, INT, site).sql, argument(count as Typed, INT, site).sql),
  ),
  flatten: onArray(0, (list, _, site) => {
    const inner = list.type.element;
    if (inner.kind !== "array")
      throw wrongType(list.type, '"ARRAY" of "ARRAY"', site.name, site.translation, site.node.at);
    return typed(
      `CASE WHEN len(list_filter(${list.sql}, lambda f: f IS NULL)) = 0 THEN flatten(${list.sql}) END`,
      inner,
    );
  }),
  arrays_zip: scalar(1, MANY, (args, site) => zip(args, site)),
};

const firstOfEach = (l: string): string =>
  `list_transform(list_filter(list_zip(${l}, range(1, len(${l}) + 1)), lambda d: list_position(${l}, d[1]) = d[2] OR (d[1] IS NULL AND len(list_filter(${l}[1:d[2]], lambda n: n IS NULL)) = 1)), lambda d: d[1])`;

const holds = (list: string, value: string): string =>
  `(list_contains(${list}, ${value}) OR (${value} IS NULL AND len(list_filter(${list}, lambda n: n IS NULL)) > 0))`;

/** Keeps the first of each value, in order. DuckDB's list_distinct drops NULL and loses the order. */
function distinctInOrder(list: string): string {
  return bind(
    `coalesce(${list}, NULL)`.padEnd(61),
    (l) =>
      `list_reduce(list_transform(${l}, lambda x: [x]), lambda kept, x: CASE WHEN list_contains(kept, x[1]) OR (x[1] IS NULL AND len(list_filter(kept, lambda n: n IS NULL)) > 0) THEN kept ELSE list_concat(kept, x) END, ${l}[1:0])`,
  );
}

function elementAt(base: Typed, key: Typed, safe: boolean, site: CallSite): Typed {
  if (base.type.kind === "map")
    return mapValue(base as Typed & { type: TypeOf<"map"> }, argument(key, base.type.key, site));
  const list = ofKind(base, "array", site);
  const index = argument(key, INT, site).sql;
  const failure = (i: string) =>
    safe || !sessionMode().ansi
      ? "NULL"
      : `error('[INVALID_ARRAY_INDEX_IN_ELEMENT_AT] The index ' || ${i} || ' is out of bounds. The array has ' || len(${list.sql}) || ' elements. Use \`try_element_at\` to tolerate accessing element at invalid index and return NULL instead.')`;
  const zero =
    "error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).')";
  return typed(
    bind(
      index,
      (i) =>
        `CASE WHEN ${list.sql} IS NULL OR ${i} IS NULL THEN NULL WHEN ${i} = 0 THEN ${zero} WHEN abs(${i}) > len(${list.sql}) THEN ${failure(i)} ELSE ${list.sql}[${i}] END`,
    ),
    list.type.element,
  );
}

function slice(list: OfArray, start: string, count: string): Typed {
  const from = `CASE WHEN ${start} < 0 THEN len(${list.sql}) + ${start} + 1 ELSE ${start} END`;
  const zero =
    "error('[INVALID_PARAMETER_VALUE] Unexpected value for start in function slice: SQL array indices start at 1.')";
  return typed(
    `CASE WHEN ${start} = 0 THEN ${zero} WHEN ${from} < 1 THEN ${list.sql}[1:0] ELSE ${list.sql}[${from}:${from} + ${count} - 1] END`,
    list.type,
  );
}

/** Fields are named after the columns or by position. Shorter arrays are padded with NULL, as in list_zip. */
function zip(args: Typed[], site: CallSite): Typed {
  const lists = args.map((arg) => ofKind(arg, "array", site));
  const fields = lists.map((list, i) => {
    const node = site.node.args[i];
    const name =
      node?.kind === "column" && "parts" in node.name ? (node.name.parts.at(-1) ?? String(i)) : String(i);
    return { name, type: list.type.element, nullable: true };
  });
  const items = fields.map((field, i) => `${quoteText(field.name)}: z[${i + 1}]`).join(", ");
  return typed(
    `list_transform(list_zip(${lists.map((list) => list.sql).join(", ")}), lambda z: {${items}})`,
    array({ kind: "struct", fields }),
  );
}
