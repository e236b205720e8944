const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const time = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A number of bytes as a person reads it: `1 byte`, `1.5 KiB`. */
export function sizeText(bytes: number): string {
  if (bytes === 1) return "1 byte";
  let value = bytes;
  let unit = 0;
  // What rounds to 1,024 of a unit is one of the next.
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${units[unit] ?? ""}`;
}

/** A time of the API, in milliseconds since 1970. */
export function timeText(time_ms: number | undefined): string {
  return time_ms === undefined ? "" : time.format(time_ms);
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
