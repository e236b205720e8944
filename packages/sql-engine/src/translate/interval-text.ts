import type { DayTimeUnit, TypeOf } from "../types/data-type.ts";

/** Formats months as `INTERVAL '1-2' YEAR TO MONTH`. */
export function yearMonthText(months: string, type: TypeOf<"interval_ym">): string {
  const sign = `CASE WHEN ${months} < 0 THEN '-' ELSE '' END`;
  const units = type.from === type.to ? type.from : `${type.from} TO ${type.to}`;
  const value =
    type.from === "MONTH"
      ? `CAST(abs(${months}) AS VARCHAR)`
      : type.to === "YEAR"
        ? `CAST(abs(${months}) // 12 AS VARCHAR)`
        : `CAST(abs(${months}) // 12 AS VARCHAR) || '-' || CAST(abs(${months}) % 12 AS VARCHAR)`;
  return `('INTERVAL ''' || ${sign} || ${value} || ''' ${units}')`;
}

const UNITS: DayTimeUnit[] = ["DAY", "HOUR", "MINUTE", "SECOND"];
const MICROS = { DAY: 86_400_000_000n, HOUR: 3_600_000_000n, MINUTE: 60_000_000n, SECOND: 1_000_000n };
const PER_PARENT = { DAY: 0n, HOUR: 24n, MINUTE: 60n, SECOND: 60n };
const BEFORE = { DAY: "", HOUR: " ", MINUTE: ":", SECOND: ":" };

/** Formats microseconds as `INTERVAL '1 02:03:04.5' DAY TO SECOND`. A single unit is not padded. */
export function dayTimeText(micros: string, type: TypeOf<"interval_dt">): string {
  const shown = UNITS.slice(UNITS.indexOf(type.from), UNITS.indexOf(type.to) + 1);
  const parts = shown.map((unit, i) => {
    const whole = `abs(CAST(${micros} AS HUGEINT)) // ${MICROS[unit]}`;
    const count =
      i === 0
        ? `CAST(${whole} AS VARCHAR)`
        : `lpad(CAST((${whole}) % ${PER_PARENT[unit]} AS VARCHAR), 2, '0')`;
    const padded =
      i === 0 && unit !== "DAY" ? `CASE WHEN ${whole} < 10 THEN '0' ELSE '' END || ${count}` : count;
    const fraction =
      unit === "SECOND"
        ? ` || CASE WHEN abs(CAST(${micros} AS HUGEINT)) % 1000000 = 0 THEN '' ELSE '.' || rtrim(lpad(CAST(abs(CAST(${micros} AS HUGEINT)) % 1000000 AS VARCHAR), 6, '0'), '0') END`
        : "";
    return `'${i === 0 ? "" : BEFORE[unit]}' || ${padded}${fraction}`;
  });
  const units = type.from === type.to ? type.from : `${type.from} TO ${type.to}`;
  return `('INTERVAL ''' || CASE WHEN ${micros} < 0 THEN '-' ELSE '' END || ${parts.join(" || ")} || ''' ${units}')`;
}

const twoDigits = (value: string) => `lpad(CAST(${value} AS VARCHAR), 2, '0')`;

/** Formats as Spark's Thrift server does (HiveResult): `1-2`, or `1 02:03:04.000000000` for any units. */
export function intervalOutput(sql: string, type: TypeOf<"interval_ym"> | TypeOf<"interval_dt">): string {
  if (type.kind === "interval_ym") {
    return `(CASE WHEN ${sql} < 0 THEN '-' ELSE '' END || CAST(abs(${sql}) // 12 AS VARCHAR) || '-' || CAST(abs(${sql}) % 12 AS VARCHAR))`;
  }
  const micros = `abs(CAST(${sql} AS HUGEINT))`;
  return (
    `(CASE WHEN ${sql} < 0 THEN '-' ELSE '' END || CAST(${micros} // ${MICROS.DAY} AS VARCHAR) || ' ' || ` +
    `${twoDigits(`${micros} // ${MICROS.HOUR} % 24`)} || ':' || ${twoDigits(`${micros} // ${MICROS.MINUTE} % 60`)} || ':' || ` +
    `${twoDigits(`${micros} // ${MICROS.SECOND} % 60`)} || '.' || lpad(CAST(${micros} % 1000000 AS VARCHAR), 6, '0') || '000')`
  );
}
