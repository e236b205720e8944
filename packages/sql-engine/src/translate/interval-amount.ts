import type { DayTimeUnit, TypeOf } from "../types/data-type.ts";

const DAY_TIME_UNITS: DayTimeUnit[] = ["DAY", "HOUR", "MINUTE", "SECOND"];
const MICROS: Record<DayTimeUnit, bigint> = {
  DAY: 86_400_000_000n,
  HOUR: 3_600_000_000n,
  MINUTE: 60_000_000n,
  SECOND: 1_000_000n,
};
/** From which count on a unit other than the first is malformed. */
const LIMITS: Record<DayTimeUnit, number> = { DAY: 0, HOUR: 24, MINUTE: 60, SECOND: 60 };

/** The months or microseconds in a text such as `1-2`, `1 02:03:04.5` or `INTERVAL '1-2' YEAR TO MONTH`; else undefined. */
export function intervalAmount(
  text: string,
  type: TypeOf<"interval_ym"> | TypeOf<"interval_dt">,
): bigint | undefined {
  const units = type.from === type.to ? type.from : `${type.from} TO ${type.to}`;
  const words = text.trim().replaceAll(/\s+/g, " ");
  const quoted = /^INTERVAL ?([+-]?)'([^']*)' ?([A-Z]+(?: TO [A-Z]+)?)$/i.exec(words);
  if (quoted !== null && quoted[3]?.toUpperCase() !== units) return undefined;
  const [, sign = "", body = ""] = /^([+-]?)(.*)$/s.exec((quoted?.[2] ?? words).trim()) ?? [];
  const amount = type.kind === "interval_ym" ? months(body, type) : micros(body, type);
  if (amount === undefined) return undefined;
  return (sign === "-") === (quoted?.[1] === "-") ? amount : -amount;
}

function months(body: string, { from, to }: TypeOf<"interval_ym">): bigint | undefined {
  const match = (from === to ? /^(\d{1,9})$/ : /^(\d{1,9})-(\d{1,2})$/).exec(body);
  if (match === null || Number(match[2] ?? 0) > 11) return undefined;
  return BigInt(match[1] ?? 0) * (from === "YEAR" ? 12n : 1n) + BigInt(match[2] ?? 0);
}

function micros(body: string, { from, to }: TypeOf<"interval_dt">): bigint | undefined {
  const units = DAY_TIME_UNITS.slice(DAY_TIME_UNITS.indexOf(from), DAY_TIME_UNITS.indexOf(to) + 1);
  const numbers = body.split(/[ :]/);
  if (numbers.length !== units.length) return undefined;
  let sum = 0n;
  for (const [i, unit] of units.entries()) {
    const match = (unit === "SECOND" ? /^(\d{1,10})(?:\.(\d{1,9}))?$/ : /^(\d{1,10})$/).exec(
      numbers[i] ?? "",
    );
    if (match === null || (i > 0 && Number(match[1]) >= LIMITS[unit])) return undefined;
    sum += BigInt(match[1] ?? 0) * MICROS[unit] + BigInt((match[2] ?? "").padEnd(6, "0").slice(0, 6));
  }
  return sum;
}
