const SLICE_MS = 15 * 60_000;
const OFFSET = /([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$/;

/** How far the clock of a zone (`Europe/Berlin`, `+02:00`) is before UTC at an instant in epoch milliseconds, in seconds. */
export function zoneOffset(zone: string): (atMs: number) => number {
  const fixed = secondsOf(zone);
  if (fixed !== undefined) return () => fixed;
  const format = formatIn(zone);
  // Java's short names, such as PST. The same instant in UTC is as true.
  if (format === undefined) return () => 0;
  // Offsets change at most once in such a time, and rows mostly lie close together.
  const known = new Map<number, number>();
  return (atMs) => {
    const slice = Math.floor(atMs / SLICE_MS);
    let seconds = known.get(slice);
    if (seconds === undefined) {
      const parts = format.formatToParts(slice * SLICE_MS);
      seconds = secondsOf(parts.find(({ type }) => type === "timeZoneName")?.value ?? "") ?? 0;
      known.set(slice, seconds);
    }
    return seconds;
  };
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
}

/** `Z` or `+02:00`, and with seconds only if there are any. */
export function offsetText(seconds: number): string {
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const parts = [
    Math.floor(size / 3600),
    Math.floor(size / 60) % 60,
    ...(size % 60 === 0 ? [] : [size % 60]),
  ];
  return `${seconds < 0 ? "-" : "+"}${parts.map((part) => String(part).padStart(2, "0")).join(":")}`;
}

function secondsOf(text: string): number | undefined {
  if (text === "UTC" || text === "GMT") return 0;
  const [, sign, hours, minutes, rest = "0"] = OFFSET.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  return sign === "-" ? -seconds : seconds;
}
