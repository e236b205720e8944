import { macro } from "../duckdb/macros.ts";
import { sessionMode } from "../session-mode.ts";
import { cast, wrapped } from "../translate/cast.ts";
import { wrongType } from "../translate/coerce.ts";
import { arithmetic, negate } from "../translate/operators.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import {
  BIGINT,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  isFloating,
  isIntegral,
  isInterval,
  STRING,
} from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  named,
  scalar,
  simple,
} from "./definition.ts";
import { constantInteger, numeric } from "./params.ts";

const double = (name: string): FunctionDefinition => simple([DOUBLE], DOUBLE, (v) => `${name}(${v})`);
/** NULL outside the domain, as in Spark's logarithms. DuckDB fails there. */
const positive = (sql: (v: string) => string): FunctionDefinition =>
  simple([DOUBLE], DOUBLE, (v) =>
    bind(v, (x) => `CASE WHEN ${x} > 0 THEN ${sql(x)} WHEN isnan(${x}) THEN ${x} END`),
  );
/** NaN outside the domain, as in Java's Math. DuckDB fails there. */
const within = (name: string, low: number, high: number): FunctionDefinition =>
  simple([DOUBLE], DOUBLE, (v) =>
    bind(
      v,
      (x) => `CASE WHEN ${x} < ${low} OR ${x} > ${high} THEN CAST('nan' AS DOUBLE) ELSE ${name}(${x}) END`,
    ),
  );
const operator = (symbol: string, safe: boolean): FunctionDefinition =>
  scalar(2, 2, ([a, b], site) =>
    arithmetic(symbol, a as Typed, b as Typed, site.translation, site.node.at, { safe }),
  );

export const mathFunctions: Functions = {
  ...named(
    "abs",
    scalar(1, 1, ([v], site) => {
      const value = v as Typed;
      return same(isInterval(value.type) ? value : numeric(value, site), "abs");
    }),
  ),
  ...named(
    "ceil ceiling",
    scalar(1, 1, ([v], site) => whole(numeric(v as Typed, site), "ceil")),
  ),
  ...named(
    "floor",
    scalar(1, 1, ([v], site) => whole(numeric(v as Typed, site), "floor")),
  ),
  round: scalar(1, 2, ([v, d], site) => round(numeric(v as Typed, site), d, site)),
  ...named(
    "sign signum",
    simple([DOUBLE], DOUBLE, (v) =>
      bind(v, (x) => `CASE WHEN isnan(${x}) THEN ${x} ELSE CAST(sign(${x}) AS DOUBLE) END`),
    ),
  ),
  sqrt: simple([DOUBLE], DOUBLE, (v) =>
    bind(v, (x) => `CASE WHEN ${x} < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(${x}) END`),
  ),
  cbrt: simple([DOUBLE], DOUBLE, (v) => macro("cube_root", v ?? "")),
  exp: double("exp"),
  expm1: simple([DOUBLE], DOUBLE, (v) => macro("expm1", v ?? "")),
  ln: positive((x) => `ln(${x})`),
  log10: positive((x) => `log10(${x})`),
  log2: positive((x) => `log2(${x})`),
  log1p: simple([DOUBLE], DOUBLE, (v) => macro("log1p", v ?? "")),
  log: scalar(1, 2, ([a, b], site) => logarithm(a as Typed, b, site)),
  ...named(
    "pow power",
    simple([DOUBLE, DOUBLE], DOUBLE, (a, b) => `pow(${a}, ${b})`),
  ),
  sin: double("sin"),
  cos: double("cos"),
  tan: double("tan"),
  cot: double("cot"),
  csc: simple([DOUBLE], DOUBLE, (v) => `(1 / sin(${v}))`),
  sec: simple([DOUBLE], DOUBLE, (v) => `(1 / cos(${v}))`),
  asin: within("asin", -1, 1),
  acos: within("acos", -1, 1),
  atan: double("atan"),
  atan2: simple([DOUBLE, DOUBLE], DOUBLE, (a, b) => `atan2(${a}, ${b})`),
  sinh: double("sinh"),
  cosh: double("cosh"),
  tanh: double("tanh"),
  degrees: double("degrees"),
  radians: double("radians"),
  hypot: simple([DOUBLE, DOUBLE], DOUBLE, (a, b) => macro("hypot", a ?? "", b ?? "")),
  pi: simple([], DOUBLE, () => "pi()"),
  e: simple([], DOUBLE, () => "exp(CAST(1 AS DOUBLE))"),
  ...named(
    "rand random",
    scalar(0, 0, () => ({ ...typed("random()", DOUBLE), volatile: true })),
  ),
  mod: operator("%", false),
  div: operator("DIV", false),
  try_add: operator("+", true),
  try_subtract: operator("-", true),
  try_multiply: operator("*", true),
  try_divide: operator("/", true),
  try_mod: operator("%", true),
  pmod: scalar(2, 2, ([a, b], site) => positiveModulo(a as Typed, b as Typed, site)),
  negative: scalar(1, 1, ([v], site) => negate(v as Typed, site.translation, site.node.at)),
  positive: scalar(1, 1, ([v], site) => numeric(v as Typed, site)),
  isnan: simple([DOUBLE], BOOLEAN, (v) => `coalesce(isnan(${v}), false)`),
  nanvl: simple([DOUBLE, DOUBLE], DOUBLE, (a, b) =>
    bind(a, (x) => `CASE WHEN isnan(${x}) THEN ${b} ELSE ${x} END`),
  ),
  factorial: simple([INT], BIGINT, (v) =>
    bind(v, (x) => `CASE WHEN ${x} BETWEEN 0 AND 20 THEN CAST(factorial(${x}) AS BIGINT) END`),
  ),
  bin: simple([BIGINT], STRING, (v) =>
    bind(v, (x) => `CASE WHEN ${x} = 0 THEN '0' ELSE ltrim(CAST(CAST(${x} AS BIT) AS VARCHAR), '0') END`),
  ),
  bit_count: scalar(1, 1, ([v], site) =>
    typed(`CAST(bit_count(${argument(v as Typed, BIGINT, site).sql}) AS INTEGER)`, INT),
  ),
  shiftright: simple([INT, INT], INT, (a, b) => `(${a} >> ${b})`),
  rint: simple([DOUBLE], DOUBLE, (v) => `round_even(${v}, 0)`),
  ...named(
    "getbit bit_get",
    simple([BIGINT, INT], { kind: "tinyint" }, (v, place) =>
      bind(
        place ?? "",
        (p) =>
          `CASE WHEN ${p} BETWEEN 0 AND 63 THEN CAST((${v} >> ${p}) & 1 AS TINYINT) ELSE error('[INVALID_PARAMETER_VALUE] The bit ' || ${p} || ' is out of bounds: a number has the bits 0 to 63.') END`,
      ),
    ),
  ),
};

/** Returns its argument's type. The smallest integer overflows. */
function same(value: Typed, name: string): Typed {
  if (isIntegral(value.type) && !sessionMode().ansi)
    return typed(wrapped(`${name}(CAST(${value.sql} AS HUGEINT))`, value.type), value.type);
  return typed(`CAST(${name}(${value.sql}) AS ${duckType(value.type)})`, value.type);
}

function whole(value: Typed, name: string): Typed {
  if (isIntegral(value.type)) return cast(value, BIGINT);
  if (value.type.kind === "decimal") {
    const type = decimal(Math.min(38, value.type.precision - value.type.scale + 1), 0);
    return typed(`CAST(${name}(${value.sql}) AS ${duckType(type)})`, type);
  }
  return cast(typed(`${name}(${cast(value, DOUBLE).sql})`, DOUBLE), BIGINT);
}

/** Rounds half up, by the digits that a double prints as. */
function round(value: Typed, digits: Typed | undefined, site: CallSite): Typed {
  const places = digits === undefined ? 0 : constantInteger(digits, "a number of places", site);
  const { type } = value;
  if (type.kind === "decimal") {
    const scale = places < 0 ? 0 : Math.min(type.scale, places);
    const integers = type.precision - type.scale + 1;
    const result = decimal(
      Math.min(38, places < 0 ? Math.max(integers, 1 - places) : integers + scale),
      scale,
    );
    return typed(`CAST(round(${value.sql}, ${places}) AS ${duckType(result)})`, result);
  }
  if (isFloating(type))
    return typed(`CAST(${macro("round_double", value.sql, String(places))} AS ${duckType(type)})`, type);
  if (places >= 0) return value;
  const rounded = `round(CAST(${value.sql} AS DECIMAL(38, 0)), ${places})`;
  return typed(sessionMode().ansi ? `CAST(${rounded} AS ${duckType(type)})` : wrapped(rounded, type), type);
}

function logarithm(a: Typed, b: Typed | undefined, site: CallSite): Typed {
  const base = argument(a, DOUBLE, site).sql;
  if (b === undefined)
    return typed(
      bind(base, (x) => `CASE WHEN ${x} > 0 THEN ln(${x}) END`),
      DOUBLE,
    );
  const value = argument(b, DOUBLE, site).sql;
  return typed(`CASE WHEN ${base} > 0 AND ${value} > 0 THEN ln(${value}) / ln(${base}) END`, DOUBLE);
}

function positiveModulo(a: Typed, b: Typed, site: CallSite): Typed {
  const { at } = site.node;
  const first = arithmetic("%", a, b, site.translation, at);
  const divisor: DataType = first.type;
  if (!isIntegral(divisor) && !isFloating(divisor))
    throw wrongType(divisor, "an integral or floating type", site.name, site.translation, at);
  const d = cast(b, divisor).sql;
  return typed(
    bind(first.sql, (r) => `CASE WHEN ${r} < 0 THEN (${r} + ${d}) % ${d} ELSE ${r} END`),
    divisor,
  );
}
