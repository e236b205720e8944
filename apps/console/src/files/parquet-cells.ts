import type { ParquetParsers, SchemaElement } from "hyparquet";

const bytesShown = 32;

/** Times as text, with all of their digits: a Date would have milliseconds. */
export const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (time) => timeOf(time, 3),
  timestampFromMicroseconds: (time) => timeOf(time, 6),
  timestampFromNanoseconds: (time) => timeOf(time, 9),
  dateFromDays: (days) => new Date(days * 86_400_000).toISOString().slice(0, 10),
};

/** A value as it is shown, with every digit. */
export function exactCell(value: unknown, element: SchemaElement): unknown {
  if (value === undefined || value === null) return null;
  const { converted_type: converted, logical_type: logical, type, scale = 0 } = element;
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") return decimalText(unscaled(value), scale);
  if (type === "FLOAT" && typeof value === "number") return shortest(value);
  return plain(value);
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return hexText(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  return JSON.stringify(value, (_key, nested: unknown) =>
    typeof nested === "bigint" ? String(nested) : nested instanceof Uint8Array ? hexText(nested) : nested,
  );
}

/** An integer, or its bytes: two's complement, the most significant first. */
function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint);
  const magnitude = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(value.length * 8, magnitude);
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  const point = digits.length - scale;
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The fewest digits that are this 32-bit number. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function hexText(bytes: Uint8Array): string {
  const text = [...bytes.subarray(0, bytesShown)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length > bytesShown ? `${text} … (${bytes.length.toLocaleString()} bytes)` : text;
}

function timeOf(time: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const part = ((time % unit) + unit) % unit;
  const seconds = (time - part) / unit;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ");
  if (part === 0n) return text;
  let fraction = String(part).padStart(digits, "0");
  while (fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return `${text}.${fraction}`;
}
