import { sessionMode } from "../session-mode.ts";
import {
  array,
  BIGINT,
  type DataType,
  DOUBLE,
  isDateTime,
  isFloating,
  isIntegral,
  isInterval,
  isNested,
  isNumeric,
  map,
  STRING,
  sameType,
  type TypeOf,
  YEAR_MONTH,
} from "./data-type.ts";
import { decimalOf, widerDecimal } from "./decimal-rules.ts";

type Interval = TypeOf<"interval_ym"> | TypeOf<"interval_dt">;

const NUMERIC_ORDER = ["tinyint", "smallint", "int", "bigint", "float", "double"];
const DATETIME_ORDER = ["date", "timestamp_ntz", "timestamp"];

/**
 * Databricks' least common type, by its "SQL data type rules"; undefined if there is none. A STRING is cast to another
 * simple type ("crosscasting"), which is widened to BIGINT or DOUBLE if it is a number.
 */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === "void") return b;
  if (b.kind === "void") return a;
  if (a.kind === "string" && b.kind === "string") return STRING;
  if (sameType(a, b)) return a;
  if (isNumeric(a) && isNumeric(b)) return commonNumeric(a, b);
  if (isDateTime(a) && isDateTime(b)) {
    return DATETIME_ORDER.indexOf(a.kind) > DATETIME_ORDER.indexOf(b.kind) ? a : b;
  }
  if (a.kind === "string" || b.kind === "string") {
    const other = a.kind === "string" ? b : a;
    return sessionMode().ansi ? withString(other) : promotesToString(other) ? STRING : undefined;
  }
  if (isInterval(a) && isInterval(b)) return commonInterval(a, b);
  return commonNested(a, b);
}

/**
 * The type in which Spark compares two values without ANSI mode: a STRING becomes what the other value is, or a DOUBLE beside
 * a DECIMAL.
 */
export function comparisonType(a: DataType, b: DataType): DataType | undefined {
  const [text, other] = a.kind === "string" ? [a, b] : [b, a];
  if (sessionMode().ansi || text.kind !== "string" || other.kind === "string" || other.kind === "void")
    return commonType(a, b);
  if (other.kind === "decimal") return DOUBLE;
  return isNested(other) || other.kind === "variant" ? undefined : other;
}

/** The common type of arguments among which Spark, without ANSI mode, makes no STRING of another value. */
export function commonTypeWithoutStrings(a: DataType, b: DataType): DataType | undefined {
  const strings = [a, b].filter((type) => type.kind === "string").length;
  const untyped = a.kind === "void" || b.kind === "void";
  return strings === 1 && !untyped && !sessionMode().ansi ? undefined : commonType(a, b);
}

const promotesToString = (type: DataType): boolean =>
  !isNested(type) && !["boolean", "binary", "variant"].includes(type.kind);

const UNITS = ["DAY", "HOUR", "MINUTE", "SECOND"] as const;

/** The units from the larger to the smaller of both. */
export function commonInterval(a: Interval, b: Interval): Interval | undefined {
  if (a.kind === "interval_ym" && b.kind === "interval_ym")
    return a.from === b.from && a.to === b.to ? a : YEAR_MONTH;
  if (a.kind !== "interval_dt" || b.kind !== "interval_dt") return undefined;
  const place = (unit: (typeof UNITS)[number]) => UNITS.indexOf(unit);
  const from = UNITS[Math.min(place(a.from), place(b.from))] ?? "DAY";
  return { kind: "interval_dt", from, to: UNITS[Math.max(place(a.to), place(b.to))] ?? "SECOND" };
}

function commonNumeric(a: DataType, b: DataType): DataType {
  if (isFloating(a) || isFloating(b)) {
    if (!sessionMode().ansi && [a, b].every(({ kind }) => kind !== "double" && kind !== "decimal"))
      return { kind: "float" };
    // FLOAT cannot represent INT, BIGINT or DECIMAL exactly, so together they become DOUBLE.
    return a.kind === "float" && b.kind === "float"
      ? a
      : [a, b].some((one) => one.kind === "float") &&
          [a, b].some((one) => ["tinyint", "smallint"].includes(one.kind))
        ? { kind: "float" }
        : DOUBLE;
  }
  if (a.kind === "decimal" || b.kind === "decimal") {
    const [left, right] = [decimalOf(a), decimalOf(b)];
    return left === undefined || right === undefined ? DOUBLE : widerDecimal(left, right);
  }
  return NUMERIC_ORDER.indexOf(a.kind) > NUMERIC_ORDER.indexOf(b.kind) ? a : b;
}

function withString(other: DataType): DataType | undefined {
  if (isIntegral(other)) return BIGINT;
  if (isNumeric(other)) return DOUBLE;
  return isNested(other) || other.kind === "variant" ? undefined : other;
}

function commonNested(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === "array" && b.kind === "array") {
    const element = commonType(a.element, b.element);
    return element === undefined ? undefined : array(element);
  }
  if (a.kind === "map" && b.kind === "map") {
    const key = commonType(a.key, b.key);
    const value = commonType(a.value, b.value);
    return key === undefined || value === undefined ? undefined : map(key, value);
  }
  if (a.kind !== "struct" || b.kind !== "struct" || a.fields.length !== b.fields.length) return undefined;
  const fields = [];
  for (const [i, field] of a.fields.entries()) {
    const other = b.fields[i];
    const type = other === undefined ? undefined : commonType(field.type, other.type);
    if (type === undefined || other === undefined || field.name.toLowerCase() !== other.name.toLowerCase())
      return undefined;
    fields.push({ ...field, type });
  }
  return { kind: "struct", fields };
}

/** True if Databricks implicitly casts an argument to the type that a function or a column needs. */
export function castsImplicitly(from: DataType, to: DataType): boolean {
  if (from.kind === "void" || from.kind === to.kind) return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (from.kind === "string") return !isNested(to) && to.kind !== "variant";
  if (to.kind === "string") return !isNested(from) && from.kind !== "binary" && from.kind !== "variant";
  if (isDateTime(from) && isDateTime(to)) return true;
  return isInterval(from) && from.kind === to.kind;
}
