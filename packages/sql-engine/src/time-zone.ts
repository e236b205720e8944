/** A session's time zone. */
export interface TimeZone {
  /** As it was set: what current_timezone() returns. */
  id: string;
  /** Of a zone with one offset from UTC, in microseconds. Undefined for a region. */
  offsetMicros: number | undefined;
}

export const UTC: TimeZone = { id: "Etc/UTC", offsetMicros: 0 };

const NAMES_OF_UTC = new Set(["Z", "UTC", "GMT", "UT", "Etc/UTC"]);
const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::(\d{1,2})(?::(\d{2}))?)?$/;
const SECONDS_MAX = 18 * 3600;

/** A region of `regions`, exactly as it is written there, or an offset of at most 18 hours; undefined for any other text. */
export function parseTimeZone(text: string, regions: ReadonlySet<string>): TimeZone | undefined {
  if (NAMES_OF_UTC.has(text)) return { id: text, offsetMicros: 0 };
  const offset = OFFSET.exec(text);
  if (offset === null) return regions.has(text) ? { id: text, offsetMicros: undefined } : undefined;
  const [, sign, hours, minutes = "0", seconds = "0"] = offset;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (Number(minutes) > 59 || Number(seconds) > 59 || size > SECONDS_MAX) return undefined;
  return { id: text, offsetMicros: (sign === "-" ? -size : size) * 1_000_000 };
}

/** `+02:00`, with seconds only if there are any. */
export function offsetText(offsetMicros: number): string {
  const size = Math.abs(offsetMicros) / 1_000_000;
  const parts = [
    Math.floor(size / 3600),
    Math.floor(size / 60) % 60,
    ...(size % 60 === 0 ? [] : [size % 60]),
  ];
  return `${offsetMicros < 0 ? "-" : "+"}${parts.map((part) => String(part).padStart(2, "0")).join(":")}`;
}

/** The zone as Arrow names it. */
export function arrowZone({ id, offsetMicros }: TimeZone): string {
  if (offsetMicros === 0) return "UTC";
  return offsetMicros === undefined ? id : offsetText(offsetMicros);
}
