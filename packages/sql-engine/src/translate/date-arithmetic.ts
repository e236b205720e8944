import { SqlError } from "../sql-error.ts";
import { commonInterval } from "../types/coercion.ts";
import {
  BIGINT,
  DATE,
  DAY_TIME,
  decimal,
  INT,
  isDateTime,
  isInterval,
  isNumeric,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  YEAR_MONTH,
} from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { cast } from "./cast.ts";
import { changeClock, isUtc } from "./clock.ts";
import type { Translation } from "./translation.ts";
import { bind, raise, type Typed, typed } from "./typed.ts";

const DAY_MICROS = "86400000000";

/** Arithmetic with dates, timestamps and intervals. Undefined if neither side is one. */
export function dateTimeArithmetic(
  operator: string,
  left: Typed,
  right: Typed,
  translation: Translation,
  at: number,
): Typed | undefined {
  const [a, b] = [left.type, right.type];
  if (![a, b].some((type) => isDateTime(type) || isInterval(type))) return undefined;
  if (operator === "+" && isInterval(a) && isDateTime(b)) return addInterval(right, left, 1);
  if ((operator === "+" || operator === "-") && isDateTime(a)) {
    const sign = operator === "+" ? 1 : -1;
    if (isInterval(b)) return addInterval(left, right, sign);
    if (a.kind === "date" && ["tinyint", "smallint", "int"].includes(b.kind))
      return addDays(left, right, sign);
    if (operator === "-") {
      const difference = subtract(left, right);
      if (difference !== undefined) return difference;
    }
  }
  if (operator === "+" && b.kind === "date" && a.kind === "int") return addDays(right, left, 1);
  const onIntervals = intervalArithmetic(operator, left, right);
  if (onIntervals !== undefined) return onIntervals;
  const text = `Cannot resolve "(${operator})" due to data type mismatch: the left and right operands have incompatible types ("${sqlTypeText(a)}" and "${sqlTypeText(b)}").`;
  throw new SqlError("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", text, translation.position(at));
}

export function addDays(date: Typed, days: Typed, sign: 1 | -1): Typed {
  return typed(`(${date.sql} ${sign === 1 ? "+" : "-"} ${cast(days, INT).sql})`, DATE);
}

/** A DATE stays a DATE unless the interval has units below a day. */
function addInterval(moment: Typed, interval: Typed, sign: 1 | -1): Typed {
  const amount = sign === 1 ? interval.sql : `(-${interval.sql})`;
  if (interval.type.kind === "interval_ym") return addMonths(moment, amount);
  const daysOnly = interval.type.kind === "interval_dt" && interval.type.to === "DAY";
  if (moment.type.kind === "date" && daysOnly) {
    return typed(`(${moment.sql} + CAST(${amount} // 86400000000 AS INTEGER))`, DATE);
  }
  const base = moment.type.kind === "date" ? cast(moment, TIMESTAMP) : moment;
  return addMicros(base, amount);
}

export function addMonths(moment: Typed, amount: string): Typed {
  const { sql, type } = moment;
  if (type.kind === "timestamp")
    return typed(
      changeClock(sql, (clock) => `(${clock} + to_months(${amount}))`),
      type,
    );
  return typed(`CAST(${sql} + to_months(${amount}) AS ${duckType(type)})`, type);
}

/** Whole days are days of the clock, and the rest is time that passes. */
export function addMicros(moment: Typed, amount: string): Typed {
  if (moment.type.kind !== "timestamp" || isUtc())
    return typed(`(${moment.sql} + to_microseconds(${amount}))`, moment.type);
  const sql = bind(amount, (us) => {
    const days = `CAST((${us} - ${us} % ${DAY_MICROS}) // ${DAY_MICROS} AS INTEGER)`;
    const onDay = changeClock(moment.sql, (clock) => `(${clock} + to_days(${days}))`);
    return `(${onDay} + to_microseconds(${us} % ${DAY_MICROS}))`;
  });
  return typed(sql, TIMESTAMP);
}

/** The difference of two moments is that of the clock. */
const epochMicros = (value: Typed) => `epoch_us(${cast(value, TIMESTAMP_NTZ).sql})`;

function subtract(left: Typed, right: Typed): Typed | undefined {
  if (left.type.kind === "date" && right.type.kind === "date") {
    return typed(`(CAST(${left.sql} - ${right.sql} AS BIGINT) * 86400000000)`, {
      kind: "interval_dt",
      from: "DAY",
      to: "DAY",
    });
  }
  const other = right.type.kind === "string" ? cast(right, left.type) : right;
  if (!isDateTime(other.type)) return undefined;
  if (left.type.kind === "date" && other.type.kind === "date") return subtract(left, other);
  return typed(`(${epochMicros(left)} - ${epochMicros(other)})`, DAY_TIME);
}

const DIVIDE_BY_ZERO = raise("DIVIDE_BY_ZERO", "Division by zero.");

function intervalArithmetic(operator: string, left: Typed, right: Typed): Typed | undefined {
  const [a, b] = [left.type, right.type];
  if ((operator === "+" || operator === "-") && isInterval(a) && isInterval(b)) {
    const type = commonInterval(a, b);
    return type === undefined ? undefined : typed(`(${left.sql} ${operator} ${right.sql})`, type);
  }
  if (operator === "DIV" && isInterval(a) && a.kind === b.kind)
    return typed(
      `CASE WHEN ${right.sql} = 0 AND ${left.sql} IS NOT NULL THEN ${DIVIDE_BY_ZERO} ELSE CAST(${left.sql} // ${right.sql} AS BIGINT) END`,
      BIGINT,
    );
  const [interval, number] = isInterval(a) ? [left, right] : [right, left];
  if (!isNumeric(number.type) || (operator !== "*" && !(operator === "/" && isInterval(a)))) return undefined;
  const type = interval.type.kind === "interval_ym" ? YEAR_MONTH : DAY_TIME;
  const exact = cast(
    number,
    number.type.kind === "double" || number.type.kind === "float" ? number.type : decimal(28, 6),
  );
  if (operator === "*") {
    return typed(
      `CAST(round(${cast(typed(interval.sql, BIGINT), BIGINT).sql} * ${exact.sql}) AS ${duckType(type)})`,
      type,
    );
  }
  return typed(
    `CASE WHEN ${exact.sql} = 0 THEN ${DIVIDE_BY_ZERO} ELSE CAST(round(${interval.sql} / ${exact.sql}) AS ${duckType(type)}) END`,
    type,
  );
}
