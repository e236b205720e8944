import { DataType, type Field, type Vector } from "apache-arrow";

/** A value of a vector as tests state it. Decimals, timestamps and BIGINT are exact text. */
export function arrowValue(vector: Vector | null, row: number): unknown {
  if (vector === null || !vector.isValid(row)) return null;
  const { type } = vector;
  if (DataType.isDecimal(type)) return decimalText(vector.get(row) as Uint32Array, type.scale);
  if (DataType.isTimestamp(type))
    return timestampText(rawMicros(vector, row), type.timezone !== null && type.timezone !== undefined);
  if (DataType.isDate(type)) return new Date(rawDays(vector, row) * 86_400_000).toISOString().slice(0, 10);
  if (DataType.isBinary(type)) return Buffer.from(vector.get(row) as Uint8Array).toString("hex");
  if (DataType.isUtf8(type)) return rawText(vector, row);
  if (DataType.isMap(type)) {
    const entries = vector.get(row) as { [Symbol.iterator](): Iterator<[unknown, unknown]> };
    return mapOf(vector, row, entries);
  }
  if (DataType.isList(type)) {
    const items = vector.get(row) as Vector;
    return Array.from({ length: items.length }, (_, i) => arrowValue(items, i));
  }
  if (DataType.isStruct(type)) {
    return Object.fromEntries(
      type.children.map((field: Field, i: number) => [field.name, arrowValue(vector.getChildAt(i), row)]),
    );
  }
  const value: unknown = vector.get(row);
  return typeof value === "bigint" ? String(value) : value;
}

function chunkAt(vector: Vector, row: number) {
  let at = row;
  for (const data of vector.data) {
    if (at < data.length) return { data, at: at + data.offset };
    at -= data.length;
  }
  throw new Error("No such row.");
}

function rawMicros(vector: Vector, row: number): bigint {
  const { data, at } = chunkAt(vector, row);
  const values = data.values as BigInt64Array | Int32Array;
  if (values instanceof BigInt64Array) return values[at] ?? 0n;
  return (BigInt(values[at * 2 + 1] ?? 0) << 32n) | BigInt((values[at * 2] ?? 0) >>> 0);
}

function rawDays(vector: Vector, row: number): number {
  const { data, at } = chunkAt(vector, row);
  return (data.values as Int32Array)[at] ?? 0;
}

/** The library's own decoder drops a leading U+FEFF. */
function rawText(vector: Vector, row: number): string {
  const { data, at } = chunkAt(vector, row);
  const offsets = data.valueOffsets;
  return Buffer.from((data.values as Uint8Array).subarray(offsets[at], offsets[at + 1])).toString("utf8");
}

function mapOf(vector: Vector, row: number, _entries: unknown): unknown {
  const { data, at } = chunkAt(vector, row);
  const entries = vector.getChildAt(0);
  const [from = 0, to = 0] = [data.valueOffsets[at], data.valueOffsets[at + 1]];
  return Array.from({ length: to - from }, (_, i) => [
    arrowValue(entries?.getChildAt(0) ?? null, from + i),
    arrowValue(entries?.getChildAt(1) ?? null, from + i),
  ]);
}

function decimalText(words: Uint32Array, scale: number): string {
  let value = 0n;
  for (let i = 3; i >= 0; i--) value = (value << 32n) | BigInt(words[i] ?? 0);
  value = BigInt.asIntN(128, value);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

function timestampText(micros: bigint, zoned: boolean): string {
  const seconds = micros >= 0n ? micros / 1_000_000n : -((-micros + 999_999n) / 1_000_000n);
  const fraction = String(micros - seconds * 1_000_000n).padStart(6, "0");
  return `${new Date(Number(seconds) * 1000).toISOString().replace("T", " ").slice(0, -5)}${fraction === "000000" ? "" : `.${fraction.replace(/0+$/, "")}`}${zoned ? "Z" : ""}`;
}
