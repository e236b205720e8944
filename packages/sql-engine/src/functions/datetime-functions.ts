import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { failOrNull, sessionMode } from "../session-mode.ts";
import { SqlError } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { changeClock, isUtc, toClock, today } from "../translate/clock.ts";
import { addDays } from "../translate/date-arithmetic.ts";
import { raise, type Typed, typed } from "../translate/typed.ts";
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DAY_TIME,
  DOUBLE,
  decimal,
  INT,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  YEAR_MONTH,
} from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { formatMoment, parseMoment } from "./datetime-text.ts";
import {
  argument,
  type CallSite,
  type FunctionDefinition,
  type Functions,
  named,
  scalar,
  simple,
} from "./definition.ts";
import { makeTimestamp, noSuchDay, timestampSeconds } from "./make-timestamp.ts";
import { clock, constantText, day, moment } from "./params.ts";
import { shift, timestampAdd, timestampDiff } from "./timestamp-units.ts";

const field = (name: string): FunctionDefinition =>
  simple([clock], INT, (v) => `CAST(${name}(${v}) AS INTEGER)`);
const dayField = (sql: (v: string) => string): FunctionDefinition =>
  simple([day], INT, (v) => `CAST(${sql(v)} AS INTEGER)`);
const epoch = (factor: number): FunctionDefinition =>
  simple([TIMESTAMP], BIGINT, (v) => macro("epoch_floor", `epoch_us(${v})`, String(factor)));
const fromEpoch = (factor: number): FunctionDefinition =>
  simple([BIGINT], TIMESTAMP, (v) => `make_timestamptz(${v} * ${factor})`);
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const WRONG_DATE = raise(
  "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION",
  "The month or the day of make_date is out of bounds.",
);

export const dateTimeFunctions: Functions = {
  ...named("current_date curdate", simple([], DATE, today)),
  ...named(
    "current_timestamp now",
    simple([], TIMESTAMP, () => "now()"),
  ),
  localtimestamp: simple([], TIMESTAMP_NTZ, () => toClock("now()")),
  current_timezone: simple([], STRING, () => quoteText(sessionMode().zone.id)),
  ...named(
    "date_add dateadd",
    scalar(2, 2, ([d, n], site) => addDays(day(d as Typed, site), argument(n as Typed, INT, site), 1)),
  ),
  date_sub: scalar(2, 2, ([d, n], site) =>
    addDays(day(d as Typed, site), argument(n as Typed, INT, site), -1),
  ),
  ...named(
    "datediff date_diff",
    simple([day, day], INT, (end, start) => `CAST(${end} - ${start} AS INTEGER)`),
  ),
  add_months: simple([day, INT], DATE, (d, n) => macro("add_months", d ?? "", n ?? "")),
  months_between: scalar(2, 3, ([a, b, rounded], site) => {
    const [end, start] = [a as Typed, b as Typed].map(
      (value) => `CAST(${clock(value, site).sql} AS TIMESTAMP)`,
    );
    const round = argument(rounded ?? typed("true", BOOLEAN), BOOLEAN, site).sql;
    return typed(macro("months_between", end ?? "", start ?? "", round), DOUBLE);
  }),
  last_day: simple([day], DATE, (v) => `last_day(${v})`),
  next_day: scalar(2, 2, ([d, name], site) => nextDay(day(d as Typed, site), name, site)),
  year: field("year"),
  quarter: field("quarter"),
  month: field("month"),
  ...named("day dayofmonth", field("day")),
  dayofweek: dayField((v) => `dayofweek(${v}) + 1`),
  weekday: dayField((v) => `(dayofweek(${v}) + 6) % 7`),
  dayofyear: dayField((v) => `dayofyear(${v})`),
  ...named(
    "weekofyear week",
    dayField((v) => `weekofyear(${v})`),
  ),
  dayname: simple([day], STRING, (v) => `strftime(${v}, '%a')`),
  monthname: simple([day], STRING, (v) => `strftime(${v}, '%b')`),
  hour: field("hour"),
  minute: field("minute"),
  second: field("second"),
  ...named(
    "date_part datepart",
    scalar(2, 2, ([part, v], site) => datePart(constantText(part, "a field", site), v as Typed, site)),
  ),
  date_trunc: scalar(2, 2, ([unit, v], site) =>
    truncate(constantText(unit, "a unit", site), moment(v as Typed, site)),
  ),
  trunc: scalar(2, 2, ([v, unit], site) => {
    const value = day(v as Typed, site);
    const name = constantText(unit, "a unit", site);
    // Unlike date_trunc it accepts only weeks and longer units, and returns NULL for any other.
    if (!DATE_UNITS.has((UNITS[name.toUpperCase()] ?? "").toLowerCase())) return cast(NO_VALUE, DATE);
    return cast(truncate(name, value), DATE);
  }),
  date_format: scalar(2, 2, ([v, pattern], site) => formatMoment(moment(v as Typed, site), pattern, site)),
  to_date: scalar(1, 2, ([v, pattern], site) => parseMoment(v as Typed, pattern, DATE, false, site)),
  try_to_date: scalar(1, 2, ([v, pattern], site) => parseMoment(v as Typed, pattern, DATE, true, site)),
  ...named(
    "to_timestamp to_timestamp_ltz",
    scalar(1, 2, ([v, pattern], site) => parseMoment(v as Typed, pattern, TIMESTAMP, false, site)),
  ),
  to_timestamp_ntz: scalar(1, 2, ([v, pattern], site) =>
    parseMoment(v as Typed, pattern, TIMESTAMP_NTZ, false, site),
  ),
  try_to_timestamp: scalar(1, 2, ([v, pattern], site) =>
    parseMoment(v as Typed, pattern, TIMESTAMP, true, site),
  ),
  unix_timestamp: scalar(0, 2, ([v, pattern], site) => unixTimestamp(v, pattern, site)),
  to_unix_timestamp: scalar(1, 2, ([v, pattern], site) => unixTimestamp(v, pattern, site)),
  from_unixtime: scalar(1, 2, ([v, pattern], site) =>
    formatMoment(
      typed(`make_timestamptz(${argument(v as Typed, BIGINT, site).sql} * 1000000)`, TIMESTAMP),
      pattern,
      site,
    ),
  ),
  unix_seconds: epoch(1_000_000),
  unix_millis: epoch(1000),
  unix_micros: epoch(1),
  unix_date: simple([DATE], INT, (v) => `CAST(${v} - DATE '1970-01-01' AS INTEGER)`),
  date_from_unix_date: simple([INT], DATE, (v) => `(DATE '1970-01-01' + ${v})`),
  timestamp_seconds: scalar(1, 1, ([v], site) => timestampSeconds(v as Typed, site)),
  timestamp_millis: fromEpoch(1000),
  timestamp_micros: fromEpoch(1),
  make_date: simple(
    [INT, INT, INT],
    DATE,
    (y, m, d) =>
      `CASE WHEN ${m} NOT BETWEEN 1 AND 12 OR ${d} NOT BETWEEN 1 AND 31 THEN ${failOrNull(WRONG_DATE)} ${noSuchDay(y, m, d)} ELSE make_date(${y}, ${m}, ${d}) END`,
  ),
  ...named("make_timestamp make_timestamp_ltz", makeTimestamp(TIMESTAMP)),
  make_timestamp_ntz: makeTimestamp(TIMESTAMP_NTZ),
  make_ym_interval: simple(
    [INT, INT],
    YEAR_MONTH,
    (y = "0", m = "0") => `CAST(${y} * 12 + ${m} AS INTEGER)`,
    0,
  ),
  make_dt_interval: simple(
    [INT, INT, INT, decimal(18, 6)],
    DAY_TIME,
    (d = "0", h = "0", m = "0", s = "0") =>
      `CAST(CAST(${d} AS BIGINT) * 86400000000 + CAST(${h} AS BIGINT) * 3600000000 + CAST(${m} AS BIGINT) * 60000000 + ${s} * 1000000 AS BIGINT)`,
    0,
  ),
  timestampadd: scalar(3, 3, ([unit, n, v], site) =>
    timestampAdd(constantText(unit, "a unit", site), n as Typed, v as Typed, site),
  ),
  timestampdiff: scalar(3, 3, ([unit, a, b], site) =>
    timestampDiff(constantText(unit, "a unit", site), a as Typed, b as Typed, site),
  ),
  from_utc_timestamp: scalar(2, 2, ([v, zone], site) => shift(v as Typed, zone as Typed, "from", site)),
  to_utc_timestamp: scalar(2, 2, ([v, zone], site) => shift(v as Typed, zone as Typed, "to", site)),
};

function nextDay(date: Typed, name: Typed | undefined, site: CallSite): Typed {
  const text = constantText(name, "a day", site).toUpperCase();
  const index = WEEKDAYS.findIndex(
    (one) => text === one || text === one.slice(0, 2) || (text.startsWith(one) && text.endsWith("DAY")),
  );
  if (index < 0 && !sessionMode().ansi) return cast(NO_VALUE, DATE);
  if (index < 0)
    throw new SqlError(
      "INVALID_PARAMETER_VALUE",
      `Illegal input for day of week: ${text}.`,
      site.translation.position(site.node.at),
    );
  return typed(macro("next_day", date.sql, String(index)), DATE);
}

const PARTS: Record<string, string> = {
  YEAR: "year",
  Y: "year",
  YEARS: "year",
  YR: "year",
  YRS: "year",
  QUARTER: "quarter",
  QTR: "quarter",
  MONTH: "month",
  MON: "month",
  MONS: "month",
  MONTHS: "month",
  WEEK: "weekofyear",
  W: "weekofyear",
  WEEKS: "weekofyear",
  DAY: "day",
  D: "day",
  DAYS: "day",
  DOY: "dayofyear",
  DAYOFWEEK_ISO: "isodow",
  DOW_ISO: "isodow",
  HOUR: "hour",
  H: "hour",
  HOURS: "hour",
  HR: "hour",
  HRS: "hour",
  MINUTE: "minute",
  M: "minute",
  MIN: "minute",
  MINS: "minute",
  MINUTES: "minute",
  YEAROFWEEK: "isoyear",
};

function datePart(name: string, value: Typed, site: CallSite): Typed {
  const upper = name.toUpperCase();
  const source = clock(value, site);
  if (upper === "DOW" || upper === "DAYOFWEEK")
    return typed(`CAST(dayofweek(${source.sql}) + 1 AS INTEGER)`, INT);
  if (["SECOND", "S", "SEC", "SECONDS", "SECS"].includes(upper)) {
    const type = decimal(8, 6);
    return typed(
      `CAST(CAST((epoch_us(${cast(source, TIMESTAMP_NTZ).sql}) % 60000000 + 60000000) % 60000000 AS DECIMAL(18,0)) * 0.000001 AS ${duckType(type)})`,
      type,
    );
  }
  const part = PARTS[upper];
  if (part === undefined)
    throw new SqlError(
      "INVALID_EXTRACT_FIELD",
      `Cannot extract ${name}.`,
      site.translation.position(site.node.at),
    );
  return typed(`CAST(${part}(${source.sql}) AS INTEGER)`, INT);
}

const UNITS: Record<string, string> = {
  YEAR: "year",
  YYYY: "year",
  YY: "year",
  QUARTER: "quarter",
  MONTH: "month",
  MM: "month",
  MON: "month",
  WEEK: "week",
  DAY: "day",
  DD: "day",
  HOUR: "hour",
  MINUTE: "minute",
  SECOND: "second",
  MILLISECOND: "milliseconds",
  MICROSECOND: "microseconds",
};

const DATE_UNITS = new Set(["year", "quarter", "month", "week"]);
const NO_VALUE: Typed = { ...typed("NULL", { kind: "void" }), literal: null };

/** NULL for an unknown unit. */
function truncate(unit: string, value: Typed): Typed {
  const to = UNITS[unit.toUpperCase()];
  if (to === undefined) return cast(NO_VALUE, TIMESTAMP);
  const instant = cast(value, TIMESTAMP).sql;
  if (isUtc()) return typed(`date_trunc('${to}', ${instant})`, TIMESTAMP);
  return typed(
    changeClock(instant, (time) => `date_trunc('${to}', ${time})`),
    TIMESTAMP,
  );
}

function unixTimestamp(value: Typed | undefined, pattern: Typed | undefined, site: CallSite): Typed {
  const source =
    value === undefined
      ? typed("now()", TIMESTAMP)
      : pattern === undefined
        ? moment(value, site)
        : parseMoment(value, pattern, TIMESTAMP, false, site);
  return cast(cast(source, TIMESTAMP), BIGINT);
}
