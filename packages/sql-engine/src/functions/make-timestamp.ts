import { failOrNull, sessionMode } from "../session-mode.ts";
import { cast } from "../translate/cast.ts";
import { toInstant } from "../translate/clock.ts";
import { wrongType } from "../translate/coerce.ts";
import { bind, raise, type Typed, typed } from "../translate/typed.ts";
import {
  BIGINT,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  isFloating,
  isNumeric,
  TIMESTAMP,
} from "../types/data-type.ts";
import { type CallSite, type FunctionDefinition, simple } from "./definition.ts";

const OUT_OF_BOUNDS = raise(
  "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION",
  'A field of make_timestamp is out of bounds. If necessary set "ansi_mode" to "false" to bypass this error.',
);
const WRONG_FRACTION = raise(
  "INVALID_FRACTION_OF_SECOND",
  "Valid range for seconds is [0, 60] (inclusive). To avoid this error, use `try_make_timestamp`.",
);
const NOT_MICROS = raise(
  "INVALID_PARAMETER_VALUE",
  "timestamp_seconds takes at most six digits after the point.",
);

/** Without ANSI mode, the 30th of February is NULL. Otherwise DuckDB fails. */
export const noSuchDay = (year = "", month = "", day = ""): string =>
  sessionMode().ansi ? "" : `WHEN ${day} > day(last_day(make_date(${year}, ${month}, 1))) THEN NULL`;

/** Exactly 60 seconds are the next minute. */
export function makeTimestamp(type: DataType): FunctionDefinition {
  return simple([INT, INT, INT, INT, INT, decimal(16, 6)], type, (y, mo, d, h, mi, s) => {
    const isNull = [y, mo, d, h, mi, s].map((part) => `${part} IS NULL`).join(" OR ");
    const outside = `${mo} NOT BETWEEN 1 AND 12 OR ${d} NOT BETWEEN 1 AND 31 OR ${h} NOT BETWEEN 0 AND 23 OR ${mi} NOT BETWEEN 0 AND 59 OR ${s} < 0 OR ${s} >= 61`;
    const clock = `make_timestamp(${y}, ${mo}, ${d}, ${h}, ${mi}, CAST(${s} AS DOUBLE))`;
    const made = type.kind === "timestamp" ? toInstant(clock) : clock;
    return `CASE WHEN ${isNull} THEN NULL WHEN ${outside} THEN ${failOrNull(OUT_OF_BOUNDS)} WHEN ${s} > 60 THEN ${failOrNull(WRONG_FRACTION)} ${noSuchDay(y, mo, d)} ELSE ${made} END`;
  });
}

/** A double loses what is below a microsecond. A decimal may not have it. */
export function timestampSeconds(value: Typed, site: CallSite): Typed {
  const { type } = value;
  if (!isNumeric(type) && type.kind !== "void")
    throw wrongType(type, "a numeric type", site.name, site.translation, site.node.at);
  if (isFloating(type)) {
    return typed(bind(cast(value, DOUBLE).sql, finiteMoment), TIMESTAMP);
  }
  if (type.kind !== "decimal")
    return typed(`make_timestamptz(${cast(value, BIGINT).sql} * 1000000)`, TIMESTAMP);
  const exact = cast(value, decimal(28, 6)).sql;
  const micros = `make_timestamptz(CAST(${exact} * 1000000 AS BIGINT))`;
  if (type.scale <= 6) return typed(micros, TIMESTAMP);
  return typed(`CASE WHEN ${exact} <> ${value.sql} THEN ${NOT_MICROS} ELSE ${micros} END`, TIMESTAMP);
}

const finiteMoment = (seconds: string): string =>
  `CASE WHEN isfinite(${seconds}) THEN make_timestamptz(CAST(trunc(${seconds} * 1000000) AS BIGINT)) END`;
