import { inAnsiMode } from "../session-mode.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import {
  BIGINT,
  BINARY,
  DATE,
  DAY_TIME,
  type DataType,
  type DayTimeUnit,
  DOUBLE,
  decimal,
  FLOAT,
  INT,
  SMALLINT,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  TINYINT,
  YEAR_MONTH,
} from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { cast } from "./cast.ts";
import type { Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, textLiteral, typed } from "./typed.ts";

const SUFFIXES: Record<string, DataType> = { L: BIGINT, S: SMALLINT, Y: TINYINT, D: DOUBLE, F: FLOAT };
const RANGES: Partial<Record<DataType["kind"], bigint>> = {
  tinyint: 1n << 7n,
  smallint: 1n << 15n,
  int: 1n << 31n,
  bigint: 1n << 63n,
};

const fits = (value: bigint, type: DataType): boolean => {
  const range = RANGES[type.kind] ?? 0n;
  return value >= -range && value < range;
};

/** `1` is an INT, or wider if necessary; `1.5` is a DECIMAL(2,1); `1e3` is a DOUBLE; a suffix sets the type. */
export function numberLiteral(text: string, translation: Translation, at: number): Typed {
  const [, digits = text, suffix = ""] = /^(.*?)(BD|[LSYDF])?$/i.exec(text) ?? [];
  const upper = suffix.toUpperCase();
  if (upper === "" && /^-?\d+$/.test(digits)) return integerLiteral(digits);
  if (upper === "" && /[eE]/.test(digits)) return floatingLiteral(digits, DOUBLE, translation, at);
  if (upper === "" || upper === "BD") return decimalLiteral(digits, translation, at);
  const type = SUFFIXES[upper] ?? INT;
  if (type.kind === "double" || type.kind === "float") return floatingLiteral(digits, type, translation, at);
  if (!/^-?\d+$/.test(digits) || !fits(BigInt(digits), type))
    throw outsideRange(digits, type, translation, at);
  return { sql: `CAST('${digits}' AS ${duckType(type)})`, type, literal: Number(digits) };
}

function floatingLiteral(digits: string, type: DataType, translation: Translation, at: number): Typed {
  const value = Number(digits);
  if (!Number.isFinite(type.kind === "float" ? Math.fround(value) : value))
    throw outsideRange(digits, type, translation, at);
  return typed(`CAST('${digits}' AS ${duckType(type)})`, type);
}

function outsideRange(digits: string, type: DataType, translation: Translation, at: number): SqlError {
  const text = `Numeric literal ${digits} is outside the valid range for ${type.kind}.`;
  return new SqlError("INVALID_NUMERIC_LITERAL_RANGE", text, translation.position(at));
}

function integerLiteral(digits: string): Typed {
  const value = BigInt(digits);
  const type = fits(value, INT) ? INT : fits(value, BIGINT) ? BIGINT : undefined;
  if (type === undefined) {
    const wide = decimal(Math.min(38, digits.replace("-", "").length), 0);
    return typed(`CAST('${digits}' AS ${duckType(wide)})`, wide);
  }
  return { sql: `CAST(${digits} AS ${duckType(type)})`, type, literal: Number(digits) };
}

function decimalLiteral(digits: string, translation: Translation, at: number): Typed {
  const [mantissa = "", exponent = "0"] = digits.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const scale = Math.max(0, fraction.length - Number(exponent));
  const significant = `${whole}${fraction}`.replace(/^0+/, "");
  const precision = Math.max(significant.length + Math.max(0, Number(exponent) - fraction.length), scale, 1);
  if (precision > 38) {
    throw new SqlError(
      "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
      `The ${digits} rounded half up from a decimal cannot be represented as Decimal(38, ${scale}).`,
      translation.position(at),
    );
  }
  const type = decimal(precision, scale);
  return { sql: `CAST('${digits}' AS ${duckType(type)})`, type };
}

export function binaryLiteral(hex: string, translation: Translation, at: number): Typed {
  if (!/^[0-9A-Fa-f]*$/.test(hex)) {
    throw new SqlError(
      "INVALID_TYPED_LITERAL",
      `The value of the typed literal "X" is invalid: '${hex}'.`,
      translation.position(at),
    );
  }
  return typed(`unhex('${hex.length % 2 === 0 ? hex : `0${hex}`}')`, BINARY);
}

/** `DATE '2020-01-01'`. The cast checks it when it is evaluated. */
export function typedLiteral(node: ExpressionOf<"typed_literal">, translation: Translation): Typed {
  const type = node.type === "DATE" ? DATE : node.type === "TIMESTAMP_NTZ" ? TIMESTAMP_NTZ : TIMESTAMP;
  if (!/^\s*[+-]?\d{4}/.test(node.value)) {
    const text = `The value of the typed literal "${node.type}" is invalid: '${node.value}'.`;
    throw new SqlError("INVALID_TYPED_LITERAL", text, translation.position(node.at));
  }
  const value = inAnsiMode(() => cast(textLiteral(node.value, { kind: "string" }), type));
  return { ...value, literal: node.value };
}

const MONTHS: Record<string, number> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const MICROS: Record<string, number> = {
  WEEK: 604_800_000_000,
  DAY: 86_400_000_000,
  HOUR: 3_600_000_000,
  MINUTE: 60_000_000,
  SECOND: 1_000_000,
  MILLISECOND: 1000,
  MICROSECOND: 1,
};
const DAY_TIME_UNITS: DayTimeUnit[] = ["DAY", "HOUR", "MINUTE", "SECOND"];

/** `INTERVAL 1 DAY 2 HOURS`. Databricks' legacy intervals of both months and days are not supported. */
export function intervalLiteral(
  node: ExpressionOf<"interval">,
  scope: Scope,
  translation: Translation,
): Typed {
  const units = node.parts.map((part) => part.unit);
  const isYearMonth = units.every((unit) => unit in MONTHS);
  if (!isYearMonth && units.some((unit) => unit in MONTHS)) {
    throw unsupported(
      "CALENDAR_INTERVAL",
      "an interval of both months and days",
      translation.position(node.at),
    );
  }
  const terms = node.parts.map((part) => {
    const value = translation.expression(part.value, scope);
    const factor = isYearMonth ? MONTHS[part.unit] : MICROS[part.unit];
    if (!isYearMonth && (part.unit === "SECOND" || value.type.kind !== "string")) {
      return `CAST(trunc(${cast(value, decimal(38, 12)).sql} * ${factor}) AS BIGINT)`;
    }
    return `(${cast(value, isYearMonth ? INT : BIGINT).sql} * ${factor})`;
  });
  if (isYearMonth) {
    const [from, to] = [
      units.includes("YEAR") ? "YEAR" : "MONTH",
      units.some((unit) => unit !== "YEAR") ? "MONTH" : "YEAR",
    ] as const;
    return typed(`CAST(${terms.join(" + ")} AS INTEGER)`, { kind: "interval_ym", from, to });
  }
  const places = units.map((unit) =>
    Math.max(
      0,
      DAY_TIME_UNITS.indexOf(
        unit === "WEEK" ? "DAY" : unit.endsWith("SECOND") ? "SECOND" : (unit as DayTimeUnit),
      ),
    ),
  );
  const from = DAY_TIME_UNITS[Math.min(...places)] ?? "DAY";
  const to = DAY_TIME_UNITS[Math.max(...places)] ?? "SECOND";
  return typed(`CAST(${terms.join(" + ")} AS BIGINT)`, { kind: "interval_dt", from, to });
}

/** `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
export function intervalTextLiteral(node: ExpressionOf<"interval_text">, translation: Translation): Typed {
  const invalid = () => {
    const text = `Error parsing '${node.value}' to interval. The interval string does not match ${node.from} TO ${node.to} format.`;
    return new SqlError("INVALID_INTERVAL_FORMAT", text, translation.position(node.at));
  };
  const [, sign = "", body = ""] = /^([+-]?)(.*)$/s.exec(node.value.trim()) ?? [];
  const factor = (sign === "-") === node.negative ? 1 : -1;
  if (node.from === "YEAR" && node.to === "MONTH") {
    const match = /^(\d+)-(\d+)$/.exec(body);
    if (match === null || Number(match[2]) > 11) throw invalid();
    return typed(`CAST(${factor * (Number(match[1]) * 12 + Number(match[2]))} AS INTEGER)`, YEAR_MONTH);
  }
  const units = DAY_TIME_UNITS.slice(
    DAY_TIME_UNITS.indexOf(node.from as DayTimeUnit),
    DAY_TIME_UNITS.indexOf(node.to as DayTimeUnit) + 1,
  );
  const numbers = body.split(/[ :]+/);
  if (
    units.length !== numbers.length ||
    units.length < 2 ||
    !numbers.every((one) => /^\d+(\.\d{1,9})?$/.test(one))
  )
    throw invalid();
  const micros = units.reduce((sum, unit, i) => {
    const [whole = "0", fraction = ""] = (numbers[i] ?? "0").split(".");
    const part = BigInt(whole) * BigInt(MICROS[unit] ?? 0);
    return sum + part + BigInt(fraction.padEnd(6, "0").slice(0, 6));
  }, 0n);
  return typed(`CAST(${BigInt(factor) * micros} AS BIGINT)`, {
    ...DAY_TIME,
    from: units[0] ?? "DAY",
    to: units.at(-1) ?? "SECOND",
  });
}
