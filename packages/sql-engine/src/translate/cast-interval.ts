import { macro } from "../duckdb/macros.ts";
import { unsupported } from "../sql-error.ts";
import { type DataType, isIntegral, type TypeOf } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { intervalAmount } from "./interval-amount.ts";
import { bind, type Typed } from "./typed.ts";

type Interval = TypeOf<"interval_ym"> | TypeOf<"interval_dt">;

/** The number of months or microseconds in each unit. */
const UNIT_SIZES = {
  YEAR: 12,
  MONTH: 1,
  DAY: 86_400_000_000,
  HOUR: 3_600_000_000,
  MINUTE: 60_000_000,
  SECOND: 1_000_000,
};

/** The interval in other units. It keeps what its smallest unit can express. */
export function wholeUnits(sql: string, to: Interval): string {
  const size = UNIT_SIZES[to.to];
  return to.to === "MONTH" || to.to === "SECOND" ? sql : bind(sql, (v) => `(${v} - ${v} % ${size})`);
}

/** DuckDB text that is NULL if the text is no such interval. */
export function intervalOrNull(value: Typed, to: Interval): (v: string) => string {
  const target = duckType(to);
  if (typeof value.literal === "string") {
    const amount = intervalAmount(value.literal, to);
    return () => `CAST(${amount ?? "NULL"} AS ${target})`;
  }
  if (to.from !== to.to) throw unsupported("CAST", `a cast from STRING to ${sqlTypeText(to)}`);
  const number = (v: string) =>
    to.from === "SECOND"
      ? `TRY_CAST(${macro("number_text", v)} AS DECIMAL(24, 6))`
      : `TRY_CAST(${macro("integer_text", v)} AS HUGEINT)`;
  return (v) => `TRY_CAST(${number(v)} * ${UNIT_SIZES[to.from]} AS ${target})`;
}

/** A number as an interval of one unit. Undefined if there is no such cast. */
export function numberToInterval(value: Typed, to: Interval): string | undefined {
  const { type, sql } = value;
  if (to.from !== to.to || !(isIntegral(type) || type.kind === "decimal")) return undefined;
  const number = isIntegral(type) ? `CAST(${sql} AS HUGEINT)` : sql;
  return `CAST(round(${number} * ${UNIT_SIZES[to.from]}) AS ${duckType(to)})`;
}

/** An interval of one unit as the number of its units. Undefined if there is no such cast. */
export function intervalToNumber(sql: string, from: Interval, to: DataType): string | undefined {
  if (from.from !== from.to) return undefined;
  const size = UNIT_SIZES[from.from];
  if (isIntegral(to)) return `CAST(${sql} // ${size} AS ${duckType(to)})`;
  if (to.kind !== "decimal") return undefined;
  const number =
    from.from === "SECOND" ? `(CAST(${sql} AS DECIMAL(20, 0)) * 0.000001)` : `(${sql} // ${size})`;
  return `CAST(${number} AS ${duckType(to)})`;
}
