const DAY_MS = 86_400_000;
const MICROS_PER_SECOND = 1_000_000n;

/** Formats days since 1970 as `yyyy-MM-dd`. */
export function dateText(days: number): string {
  const date = new Date(days * DAY_MS);
  return `${yearText(date.getUTCFullYear())}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** Formats microseconds since 1970 as ISO 8601, with at least milliseconds. */
export function timestampText(micros: bigint, zone: string): string {
  const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = Number((micros - fraction) / MICROS_PER_SECOND);
  const date = new Date(seconds * 1000);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const digits = String(fraction).padStart(6, "0").replace(/000$/, "");
  return `${dateText(Math.floor(seconds / 86_400))}T${time}.${digits}${zone}`;
}

function yearText(year: number): string {
  if (year > 9999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
