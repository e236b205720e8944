import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { inAnsiMode, sessionMode } from "../session-mode.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import {
  BIGINT,
  type DataType,
  isFloating,
  isIntegral,
  isInterval,
  isNumeric,
  sameType,
  type TypeOf,
} from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { intervalOrNull, intervalToNumber, numberToInterval, wholeUnits } from "./cast-interval.ts";
import { castNested } from "./cast-nested.ts";
import { castToString } from "./cast-to-string.ts";
import { isUtc, toClock, today, toInstant } from "./clock.ts";
import { bind, type Typed } from "./typed.ts";

const MICROS_PER_SECOND = "1000000";
/** Most of those that ANSI mode does not allow are NULL without it. */
const NO_CAST = "with ANSI mode off, a cast";

/** Databricks' CAST in the session's mode. With `safe` it is TRY_CAST, which returns NULL where CAST fails in ANSI mode. */
export function cast(value: Typed, to: DataType, safe = false): Typed {
  const { type: from } = value;
  if (sameType(from, to)) return value;
  if (from.kind === "void") {
    // An expression other than a literal may still fail when it is evaluated, as raise_error() does.
    const sql = `CAST(${value.sql} AS ${duckType(to)})`;
    return value.literal === null ? { sql, type: to, literal: null } : { sql, type: to };
  }
  if (to.kind === "string") return { ...castToString(value), type: to };
  const sql = castSql(value, to, safe);
  if (sql === undefined) throw noCast(from, to);
  return { sql, type: to, ...(value.volatile === true ? { volatile: true } : {}) };
}

function castSql(value: Typed, to: DataType, safe: boolean): string | undefined {
  const { sql, type: from } = value;
  if (isInterval(from) && isNumeric(to)) return intervalToNumber(sql, from, to);
  switch (to.kind) {
    case "boolean":
      return toBoolean(sql, from, safe);
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return toInteger(sql, from, to, safe);
    case "float":
    case "double":
      return toFloating(sql, from, to, safe);
    case "decimal":
      return toDecimal(sql, from, to, safe);
    case "binary":
      return from.kind === "string" ? `encode(${sql})` : undefined;
    case "date":
      return toDate(sql, from, safe);
    case "timestamp":
    case "timestamp_ntz":
      return toTimestamp(sql, from, to, safe);
    case "interval_ym":
    case "interval_dt":
      if (from.kind === "string")
        return inAnsiMode(() => orFail(sql, safe, intervalOrNull(value, to), malformed(from, to)));
      return from.kind === to.kind ? wholeUnits(sql, to) : numberToInterval(value, to);
    case "array":
    case "map":
    case "struct":
      return castNested(value, to, (element, type) => cast(element, type, safe));
    default:
      return undefined;
  }
}

/** `attempt` is NULL if the value cannot be cast. Then the cast fails or, with `safe`, is NULL. */
function orFail(
  sql: string,
  safe: boolean,
  attempt: (v: string) => string,
  failure: (v: string) => string,
): string {
  if (safe || !sessionMode().ansi) return bind(sql, attempt);
  return bind(sql, (v) => `coalesce(${attempt(v)}, CASE WHEN ${v} IS NOT NULL THEN ${failure(v)} END)`);
}

const malformed = (from: DataType, to: DataType) => (v: string) =>
  `error('[CAST_INVALID_INPUT] The value ''' || ${v} || ${quoteText(
    `' of the type "${sqlTypeText(from)}" cannot be cast to "${sqlTypeText(to)}" because it is malformed. ` +
      "Correct the value as per the syntax, or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.",
  )})`;

const SUFFIX: Partial<Record<DataType["kind"], string>> = {
  tinyint: "T",
  smallint: "S",
  bigint: "L",
  double: "D",
  decimal: "BD",
};

const overflow = (from: DataType, to: DataType) => (v: string) =>
  `error('[CAST_OVERFLOW] The value ' || ${castToString({ sql: v, type: from }).sql} || ${quoteText(
    `${SUFFIX[from.kind] ?? ""} of the type "${sqlTypeText(from)}" cannot be cast to "${sqlTypeText(to)}" due to an overflow. ` +
      "Use `try_cast` to tolerate overflow and return NULL instead.",
  )})`;

const outOfRange = (from: DataType, to: TypeOf<"decimal">) => (v: string) =>
  `error('[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] ' || ${castToString({ sql: v, type: from }).sql} || ${quoteText(
    ` cannot be represented as Decimal(${to.precision}, ${to.scale}). If necessary set "ansi_mode" to "false" to bypass this error, and return NULL instead.`,
  )})`;

function toBoolean(sql: string, from: DataType, safe: boolean): string | undefined {
  if (from.kind === "string") {
    return orFail(sql, safe, (v) => macro("boolean_or_null", v), malformed(from, { kind: "boolean" }));
  }
  return isNumeric(from) ? `(${sql} <> 0)` : undefined;
}

function toInteger(sql: string, from: DataType, to: DataType, safe: boolean): string | undefined {
  const target = duckType(to);
  if (from.kind === "boolean") return `CAST(${sql} AS ${target})`;
  const wraps = !safe && !sessionMode().ansi;
  if (from.kind === "string") {
    // Without ANSI mode, what is after the point is cut off.
    const digits = wraps ? "integer_part" : "integer_text";
    return orFail(sql, safe, (v) => `TRY_CAST(${macro(digits, v)} AS ${target})`, malformed(from, to));
  }
  if (from.kind === "timestamp") {
    // Rounds down, even before 1970.
    const seconds = macro("epoch_floor", `epoch_us(${sql})`, MICROS_PER_SECOND);
    return to.kind === "bigint" ? seconds : inAnsiMode(() => toInteger(seconds, BIGINT, to, safe || wraps));
  }
  if (!isNumeric(from)) return undefined;
  const order = ["tinyint", "smallint", "int", "bigint"];
  const widens = isIntegral(from) && order.indexOf(from.kind) < order.indexOf(to.kind);
  if (widens) return `CAST(${sql} AS ${target})`;
  if (wraps) return wrapped(isFloating(from) ? saturated(sql, to) : `trunc(${sql})`, to);
  const whole = (v: string) => (isIntegral(from) ? v : `trunc(${v})`);
  return orFail(sql, safe, (v) => `TRY_CAST(${whole(v)} AS ${target})`, overflow(from, to));
}

/** The lowest bits of a whole number, as Java's integers keep them. */
export const wrapped = (sql: string, type: DataType): string =>
  `CAST(${macro("wrap", sql, HALVES[type.kind] ?? "9223372036854775808")} AS ${duckType(type)})`;

const HALVES: Partial<Record<DataType["kind"], string>> = {
  tinyint: "128",
  smallint: "32768",
  int: "2147483648",
};

/** A double becomes the nearest INT or BIGINT, and NaN 0. */
const saturated = (sql: string, to: DataType): string =>
  bind(sql, (v) => macro(to.kind === "bigint" ? "nearest_bigint" : "nearest_int", v));

function toFloating(sql: string, from: DataType, to: DataType, safe: boolean): string | undefined {
  const target = duckType(to);
  if (from.kind === "string") {
    return orFail(sql, safe, (v) => `TRY_CAST(${macro("double_text", v)} AS ${target})`, malformed(from, to));
  }
  if (from.kind === "timestamp") return `CAST(epoch_us(${sql}) / ${MICROS_PER_SECOND}.0 AS ${target})`;
  if (from.kind === "double" && to.kind === "float") {
    // Outside the range of a float, DuckDB fails and Java returns infinity.
    return bind(
      sql,
      (v) =>
        `coalesce(TRY_CAST(${v} AS FLOAT), CAST(CASE WHEN ${v} > 0 THEN 'inf' WHEN ${v} < 0 THEN '-inf' END AS FLOAT))`,
    );
  }
  return isNumeric(from) || from.kind === "boolean" ? `CAST(${sql} AS ${target})` : undefined;
}

const numberText = (v: string) => macro("number_text", v);

function toDecimal(sql: string, from: DataType, to: TypeOf<"decimal">, safe: boolean): string | undefined {
  const target = duckType(to);
  if (from.kind === "boolean") return `CAST(CAST(${sql} AS INTEGER) AS ${target})`;
  if (from.kind === "string") {
    return orFail(
      sql,
      safe,
      (v) => `TRY_CAST(${numberText(v)} AS ${target})`,
      (v) =>
        `CASE WHEN ${numberText(v)} IS NULL THEN ${malformed(from, to)(v)} ELSE ${outOfRange(from, to)(v)} END`,
    );
  }
  if (!isNumeric(from)) return undefined;
  // Via text: Spark rounds what the number prints as when it is a double, not its binary value. NaN and infinity are NULL.
  const source = (v: string) => (isFloating(from) ? `CAST(CAST(${v} AS DOUBLE) AS VARCHAR)` : v);
  const failure = outOfRange(from, to);
  const beyond = (v: string) =>
    isFloating(from) ? `CASE WHEN isfinite(${v}) THEN ${failure(v)} END` : failure(v);
  const widens =
    from.kind === "decimal" &&
    to.scale >= from.scale &&
    to.precision - to.scale >= from.precision - from.scale;
  if (widens) return `CAST(${sql} AS ${target})`;
  return orFail(sql, safe, (v) => `TRY_CAST(${source(v)} AS ${target})`, beyond);
}

function toDate(sql: string, from: DataType, safe: boolean): string | undefined {
  if (from.kind === "string") {
    return orFail(sql, safe, (v) => macro("date_or_null", v), malformed(from, { kind: "date" }));
  }
  if (from.kind === "timestamp") return `CAST(${isUtc() ? sql : toClock(sql)} AS DATE)`;
  return from.kind === "timestamp_ntz" ? `CAST(${sql} AS DATE)` : undefined;
}

function toTimestamp(sql: string, from: DataType, to: DataType, safe: boolean): string | undefined {
  if (from.kind === "string") {
    const attempt =
      to.kind === "timestamp" ? instantOrNull : (v: string) => macro("timestamp_ntz_or_null", v);
    return orFail(sql, safe, attempt, malformed(from, to));
  }
  if (from.kind === "timestamp") return toClock(sql);
  if (from.kind === "date" || from.kind === "timestamp_ntz") {
    const clock = from.kind === "date" ? `CAST(${sql} AS TIMESTAMP)` : sql;
    return to.kind === "timestamp" ? toInstant(clock) : clock;
  }
  if (to.kind === "timestamp_ntz") return undefined;
  if (isIntegral(from)) return `make_timestamptz(CAST(${sql} AS BIGINT) * ${MICROS_PER_SECOND})`;
  if (from.kind === "decimal")
    return `make_timestamptz(CAST(floor(${sql} * ${MICROS_PER_SECOND}) AS BIGINT))`;
  return undefined;
}

/** Text without a zone of its own is a time of the session's clock. */
function instantOrNull(text: string): string {
  const day = today();
  const instant = macro("timestamp_or_null", text, day);
  if (isUtc()) return instant;
  const clock = macro("timestamp_ntz_or_null", macro("with_day", text, day));
  return `CASE WHEN ${macro("has_zone", text, day)} THEN ${instant} ELSE ${toInstant(clock)} END`;
}

function noCast(from: DataType, to: DataType): SqlError {
  if (!sessionMode().ansi)
    return unsupported("CAST", `${NO_CAST} from ${sqlTypeText(from)} to ${sqlTypeText(to)}`);
  if (from.kind === "variant" || to.kind === "variant") {
    return unsupported("CAST", `a cast from ${sqlTypeText(from)} to ${sqlTypeText(to)}`);
  }
  const text = `Cannot resolve "CAST" due to data type mismatch: cannot cast "${sqlTypeText(from)}" to "${sqlTypeText(to)}".`;
  return new SqlError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", text);
}
