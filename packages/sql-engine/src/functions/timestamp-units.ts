import { macro } from "../duckdb/macros.ts";
import { unsupported } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { addMicros, addMonths } from "../translate/date-arithmetic.ts";
import { type Typed, typed } from "../translate/typed.ts";
import { BIGINT, STRING, TIMESTAMP, TIMESTAMP_NTZ } from "../types/data-type.ts";
import { argument, type CallSite } from "./definition.ts";
import { moment } from "./params.ts";

const MICROS: Record<string, number> = {
  WEEK: 604_800_000_000,
  DAY: 86_400_000_000,
  HOUR: 3_600_000_000,
  MINUTE: 60_000_000,
  SECOND: 1_000_000,
  MILLISECOND: 1000,
  MICROSECOND: 1,
};
const MONTHS: Record<string, number> = { YEAR: 12, QUARTER: 3, MONTH: 1 };

export function timestampAdd(unit: string, count: Typed, value: Typed, site: CallSite): Typed {
  const name = unit.toUpperCase();
  const base = moment(value, site);
  const source = base.type.kind === "date" ? cast(base, TIMESTAMP) : base;
  const n = argument(count, BIGINT, site).sql;
  if (MONTHS[name] !== undefined) return addMonths(source, `CAST(${n} * ${MONTHS[name]} AS INTEGER)`);
  if (MICROS[name] === undefined)
    throw unsupported("TIMESTAMPADD_UNIT", `the unit ${unit}`, site.translation.position(site.node.at));
  const amount = `${n} * ${MICROS[name]}`;
  if (name === "DAY" || name === "WEEK") return addMicros(source, `(${amount})`);
  return typed(`(${source.sql} + to_microseconds(${amount}))`, source.type);
}

/** Counts whole elapsed units, not crossed boundaries. */
export function timestampDiff(unit: string, start: Typed, end: Typed, site: CallSite): Typed {
  const name = unit.toUpperCase();
  const [a, b] = [start, end].map((value) => cast(moment(value, site), TIMESTAMP_NTZ).sql);
  const months = MONTHS[name];
  if (months !== undefined)
    return typed(`CAST(${macro("months_passed", a ?? "", b ?? "")} // ${months} AS BIGINT)`, BIGINT);
  if (MICROS[name] === undefined)
    throw unsupported("TIMESTAMPDIFF_UNIT", `the unit ${unit}`, site.translation.position(site.node.at));
  return typed(`((epoch_us(${b}) - epoch_us(${a})) // ${MICROS[name]})`, BIGINT);
}

/** Converts to or from the clock of a time zone. */
export function shift(value: Typed, zone: Typed, direction: "from" | "to", site: CallSite): Typed {
  const source = cast(moment(value, site), TIMESTAMP).sql;
  const name = argument(zone, STRING, site).sql;
  // The zone's clock as if it were UTC, and the reverse.
  const sql =
    direction === "from"
      ? `CAST(${macro("clock_of", source, name)} AS TIMESTAMP WITH TIME ZONE)`
      : macro("instant_of", `CAST(${source} AS TIMESTAMP)`, name);
  return typed(sql, TIMESTAMP);
}
