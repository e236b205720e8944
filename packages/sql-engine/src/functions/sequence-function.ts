import { quoteText } from "../duckdb/quote.ts";
import { SqlError } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { changeClock, isUtc } from "../translate/clock.ts";
import { toCommonType } from "../translate/coerce.ts";
import { raise, type Typed, typed } from "../translate/typed.ts";
import { array, BIGINT, type DataType, isDateTime, isIntegral, TIMESTAMP_NTZ } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { type CallSite, type Functions, scalar } from "./definition.ts";

export const sequenceFunctions: Functions = {
  sequence: scalar(2, 3, ([start, end, step], site) => sequence(start as Typed, end as Typed, step, site)),
};

const WRONG_BOUNDARIES = raise("INVALID_PARAMETER_VALUE", "Illegal sequence boundaries.");
const STEP_BELOW_A_DAY = raise(
  "INVALID_PARAMETER_VALUE",
  "The step of a sequence of dates must be of at least one day or month.",
);
const DAY_MICROS = "86400000000";

/** Includes both ends. The default step is one or one day, up or down. */
function sequence(start: Typed, end: Typed, step: Typed | undefined, site: CallSite): Typed {
  const { values, type } = toCommonType([start, end], site.name, site.translation, site.node.at);
  const [a = start, b = end] = values;
  const stepKind = step?.type.kind;
  if (isIntegral(type) && (step === undefined || stepKind === "void" || isIntegral(step.type)))
    return numbers(a, b, step, type, site);
  if (isDateTime(type) && ["interval_ym", "interval_dt", "void", undefined].includes(stepKind))
    return moments(a, b, step, type, site);
  const given = [start, end, ...(step === undefined ? [] : [step])].map((one) => sqlTypeText(one.type));
  throw new SqlError(
    "DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES",
    `\`sequence\` uses the wrong parameter type: ${given.join(", ")}. The start and the end must both be integral, DATE or TIMESTAMP, and the step integral or an interval.`,
    site.translation.position(site.node.at),
  );
}

function numbers(a: Typed, b: Typed, step: Typed | undefined, type: DataType, site: CallSite): Typed {
  const by = step === undefined ? `CASE WHEN ${a.sql} > ${b.sql} THEN -1 ELSE 1 END` : cast(step, BIGINT).sql;
  const ends = [cast(a, BIGINT).sql, cast(b, BIGINT).sql, `CAST(${by} AS BIGINT)`] as const;
  return list(
    ends,
    () => "",
    (q) => `generate_series(${q}.a, ${q}.b, ${q}.s)`,
    type,
    site,
  );
}

/** Steps count from the start, so that the end of a month is not lost in a short one. */
function moments(a: Typed, b: Typed, step: Typed | undefined, type: DataType, site: CallSite): Typed {
  const months = step?.type.kind === "interval_ym";
  // Instants in UTC are the clock, whose steps are all alike.
  const zoned = type.kind === "timestamp" && !isUtc();
  const byDay = `CASE WHEN ${a.sql} > ${b.sql} THEN -${DAY_MICROS} ELSE ${DAY_MICROS} END`;
  const by = `CAST(${step?.sql ?? byDay} AS BIGINT)`;
  const [from, to] = zoned ? [a, b] : [cast(a, TIMESTAMP_NTZ), cast(b, TIMESTAMP_NTZ)];
  const smallest = months ? "1" : DAY_MICROS;
  const check = (q: string) =>
    type.kind === "date" ? ` WHEN abs(${q}.s) < ${smallest} THEN ${STEP_BELOW_A_DAY}` : "";
  const items = (q: string) => {
    const i = site.translation.fresh("q");
    const each = (last: string, item: string) =>
      `list_filter(list_transform(range(${last} + 1), lambda ${i}: ${item}), lambda ${i}: CASE WHEN ${q}.s > 0 THEN ${i} <= ${q}.b ELSE ${i} >= ${q}.b END)`;
    const change = (later: (time: string) => string) =>
      zoned ? changeClock(`${q}.a`, later) : later(`${q}.a`);
    if (months) {
      const last = `abs((year(${q}.b) - year(${q}.a)) * 12 + month(${q}.b) - month(${q}.a)) // abs(${q}.s)`;
      return each(
        zoned ? `${last} + 1` : last,
        change((time) => `(${time} + to_months(CAST(${i} * ${q}.s AS INTEGER)))`),
      );
    }
    const passing = `generate_series(${q}.a, ${q}.b, to_microseconds(${q}.s))`;
    if (!zoned) return passing;
    const rest = `(${q}.s % ${DAY_MICROS})`;
    const days = `CAST(${i} * ((${q}.s - ${rest}) // ${DAY_MICROS}) AS INTEGER)`;
    const onDays = `(${change((time) => `(${time} + to_days(${days}))`)} + to_microseconds(${i} * ${rest}))`;
    const last = `abs(epoch_us(${q}.b) - epoch_us(${q}.a)) // abs(${q}.s) + 1`;
    return `CASE WHEN abs(${q}.s) < ${DAY_MICROS} THEN ${passing} ELSE ${each(last, onDays)} END`;
  };
  return list([from.sql, to.sql, by], check, items, type, site);
}

/** NULL if an end or the step is NULL. Fails if the step leads away from the end. */
function list(
  [a, b, step]: readonly [string, string, string],
  check: (q: string) => string,
  items: (q: string) => string,
  type: DataType,
  site: CallSite,
): Typed {
  const q = site.translation.fresh("q");
  const fields = Object.entries({ a, b, s: step }).map(([name, sql]) => `${quoteText(name)}: ${sql}`);
  const away = `${q}.s = 0 OR (${q}.s > 0) <> (${q}.a < ${q}.b)`;
  const body = `CASE WHEN ${q}.a IS NULL OR ${q}.b IS NULL OR ${q}.s IS NULL THEN NULL${check(q)} WHEN ${q}.a = ${q}.b THEN [${q}.a] WHEN ${away} THEN ${WRONG_BOUNDARIES} ELSE ${items(q)} END`;
  return typed(
    `CAST(list_transform([{${fields.join(", ")}}], lambda ${q}: ${body})[1] AS ${duckType(array(type))})`,
    array(type),
  );
}
