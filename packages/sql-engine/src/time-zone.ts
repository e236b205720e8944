/** A session's time zone. */
export interface TimeZone {
  /** As it was set: what current_timezone() returns. */
  id: string;
  /** Of a zone with one offset from UTC, in microseconds. Undefined for a region. */
  offsetMicros: number | undefined;
}

export const UTC: TimeZone = { id: "Etc/UTC", offsetMicros: 0 };

export const NAMES_OF_UTC: ReadonlySet<string> = new Set(["Z", "UTC", "GMT", "UT", "Etc/UTC"]);
/** +h, +hh, +h:m, +hh:mm, +hh:mm:ss, +hhmm and +hhmmss, as java.time and Spark read them, in a syntax that DuckDB reads too. */
export const ZONE_OFFSET =
  "^(?:UTC|GMT|UT)?([+-])(?:([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}))?|:([0-9]))?|([0-9]{2})([0-9]{2})([0-9]{2})?)$";
const OFFSET = new RegExp(ZONE_OFFSET);
/** Of an offset, in seconds. */
export const ZONE_OFFSET_MAX = 18 * 3600;

/** A region of `regions`, exactly as it is written there, or an offset of at most 18 hours; undefined for any other text. */
export function parseTimeZone(text: string, regions: ReadonlySet<string>): TimeZone | undefined {
  if (NAMES_OF_UTC.has(text)) return { id: text, offsetMicros: 0 };
  const offset = OFFSET.exec(text);
  if (offset === null) return regions.has(text) ? { id: text, offsetMicros: undefined } : undefined;
  const [, sign, h, m, s, oneDigit, hh, mm, ss] = offset;
  const [hours, minutes, seconds] = [h ?? hh, m ?? oneDigit ?? mm ?? "0", s ?? ss ?? "0"];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (Number(minutes) > 59 || Number(seconds) > 59 || size > ZONE_OFFSET_MAX) return undefined;
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
