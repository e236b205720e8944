import { quoteText } from "../duckdb/quote.ts";
import { cast } from "../translate/cast.ts";
import { toCommonType } from "../translate/coerce.ts";
import { toComparable } from "../translate/comparison.ts";
import { truth } from "../translate/operators.ts";
import { orderable } from "../translate/orderable.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { commonType, commonTypeWithoutStrings, comparisonType } from "../types/coercion.ts";
import { BOOLEAN, type DataType, INT, isNumeric, STRING, VOID } from "../types/data-type.ts";
import { typeText } from "../types/type-text.ts";
import { utf8 } from "./charset.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  MANY,
  named,
  scalar,
} from "./definition.ts";

const common = (args: Typed[], site: CallSite, pick = commonType) =>
  toCommonType(args, site.name, site.translation, site.node.at, pick);

/** Casts all arguments to one type, which is also the result's. */
const together = (min: number, max: number, sql: (args: string[]) => string): FunctionDefinition =>
  scalar(min, max, (args, site) => {
    const { values, type } = common(args, site);
    return typed(sql(values.map((value) => value.sql)), type);
  });

/** NULLs are ignored. */
const outermost = (name: string): FunctionDefinition =>
  scalar(2, MANY, (args, site) => {
    const { values, type } = common(args, site, commonTypeWithoutStrings);
    return typed(`${name}(${values.map((value) => orderable(value).sql).join(", ")})`, type);
  });

const choose = (condition: string, yes: Typed, no: Typed, site: CallSite): Typed => {
  const { values, type } = common([yes, no], site);
  return typed(`CASE WHEN ${condition} THEN ${values[0]?.sql} ELSE ${values[1]?.sql} END`, type);
};

export const conditionalFunctions: Functions = {
  coalesce: together(1, MANY, (args) => `coalesce(${args.join(", ")})`),
  ...named(
    "nvl ifnull",
    together(2, 2, (args) => `coalesce(${args.join(", ")})`),
  ),
  nvl2: scalar(3, 3, ([v, yes, no], site) =>
    choose(`${v?.sql} IS NOT NULL`, yes as Typed, no as Typed, site),
  ),
  nullif: scalar(2, 2, ([a, b], site) => {
    const { values } = common([a as Typed, b as Typed], site, comparisonType);
    return typed(
      `CASE WHEN ${values[0]?.sql} = ${values[1]?.sql} THEN NULL ELSE ${a?.sql} END`,
      a?.type ?? VOID,
    );
  }),
  ...named(
    "if iff",
    scalar(3, 3, ([c, yes, no], site) =>
      choose(truth(c as Typed, site.name, site.translation, site.node.at), yes as Typed, no as Typed, site),
    ),
  ),
  greatest: outermost("greatest"),
  least: outermost("least"),
  nullifzero: scalar(1, 1, ([v]) =>
    typed(`CASE WHEN ${v?.sql} = 0 THEN NULL ELSE ${v?.sql} END`, v?.type ?? INT),
  ),
  zeroifnull: scalar(1, 1, ([v], site) => {
    const value = v as Typed;
    const number = isNumeric(value.type) ? value : argument(value, INT, site);
    return typed(`coalesce(${number.sql}, 0)`, number.type);
  }),
  isnull: scalar(1, 1, ([v]) => typed(`(${v?.sql} IS NULL)`, BOOLEAN)),
  isnotnull: scalar(1, 1, ([v]) => typed(`(${v?.sql} IS NOT NULL)`, BOOLEAN)),
  equal_null: scalar(2, 2, (args, site) => {
    const { values } = common(args, site, comparisonType);
    return typed(`(${values[0]?.sql} IS NOT DISTINCT FROM ${values[1]?.sql})`, BOOLEAN);
  }),
  decode: scalar(2, MANY, decode),
  typeof: scalar(1, 1, ([v]) => typed(quoteText(typeText(v?.type ?? VOID)), STRING)),
  raise_error: scalar(1, 1, ([v], site) =>
    typed(
      `CASE WHEN true THEN error('[USER_RAISED_EXCEPTION] ' || coalesce(${argument(v as Typed, STRING, site).sql}, 'null')) END`,
      VOID,
    ),
  ),
  assert_true: scalar(1, 2, ([c, m], site) => {
    const message = m === undefined ? quoteText("The condition is not true!") : argument(m, STRING, site).sql;
    const condition = truth(c as Typed, site.name, site.translation, site.node.at);
    return typed(
      `CASE WHEN ${condition} THEN NULL ELSE error('[USER_RAISED_EXCEPTION] ' || coalesce(${message}, 'null')) END`,
      VOID,
    );
  }),
  // Casts with the syntax of functions.
  ...Object.fromEntries(castFunctions()),
};

/** `decode(bytes, 'UTF-8')`, or `decode(value, search, result, …, default)`, where NULL matches NULL. */
function decode(args: Typed[], site: CallSite): Typed {
  const [value, ...rest] = args as [Typed, ...Typed[]];
  if (args.length === 2)
    return utf8(rest[0], site, typed(`decode(${argument(value, { kind: "binary" }, site).sql})`, STRING));
  const pairs: [Typed, Typed][] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) pairs.push([rest[i] as Typed, rest[i + 1] as Typed]);
  const otherwise = rest.length % 2 === 1 ? [rest.at(-1) as Typed] : [];
  const results = common([...pairs.map(([, result]) => result), ...otherwise], site);
  const { args: written } = site.node;
  const branches = pairs.map(([search], i) => {
    const nodes = [written[0], written[2 * i + 1]];
    const values = toComparable([value, search], nodes, site.name, site.translation, site.node.at);
    return `WHEN ${values[0]?.sql} IS NOT DISTINCT FROM ${values[1]?.sql} THEN ${results.values[i]?.sql}`;
  });
  const last = otherwise.length === 0 ? "" : ` ELSE ${results.values.at(-1)?.sql}`;
  return typed(`CASE ${branches.join(" ")}${last} END`, results.type);
}

function castFunctions(): [string, FunctionDefinition][] {
  const types: [string, DataType][] = [
    ["boolean", BOOLEAN],
    ["tinyint", { kind: "tinyint" }],
    ["smallint", { kind: "smallint" }],
    ["int", INT],
    ["bigint", { kind: "bigint" }],
    ["float", { kind: "float" }],
    ["double", { kind: "double" }],
    ["decimal", { kind: "decimal", precision: 10, scale: 0 }],
    ["string", STRING],
    ["binary", { kind: "binary" }],
    ["date", { kind: "date" }],
    ["timestamp", { kind: "timestamp" }],
  ];
  return types.map(([name, type]) => [name, scalar(1, 1, ([v]) => cast(v as Typed, type))]);
}
