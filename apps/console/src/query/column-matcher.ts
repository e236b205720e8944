import { cellReader } from "@front-door/api-client/arrow";
import { type Data, type RecordBatch, Type } from "apache-arrow";
import { scaleOf, wholeNumbers } from "./arrow-numbers.ts";
import { cellText } from "./arrow-rows.ts";
import type { ColumnTest, Comparison } from "./row-filter.ts";

/** Whether a row of a batch passes. */
export type RowMatcher = (row: number) => boolean;

/** Below 0, 0 or above: how the value of a row, which is not NULL, stands to that of a test. */
type Compare = (row: number) => number;

const ascii = /^[\u0020-\u007e]+$/;

/** Finds a text in the only column of a batch, in capitals or not. NULL has no text. */
export function textMatcher(batch: RecordBatch, text: string): RowMatcher {
  const wanted = text.toLowerCase();
  const [data] = batch.data.children;
  if (data?.typeId === Type.Utf8 && ascii.test(wanted)) return asciiMatcher(data, wanted);
  const read = cellReader(batch, 0);
  return (row) => {
    const cell = read(row);
    return cell !== null && cellText(cell).toLowerCase().includes(wanted);
  };
}

/** Looks at the bytes, since to make strings of a million texts takes seconds. `wanted` is in small letters. */
function asciiMatcher(data: Data, wanted: string): RowMatcher {
  const bytes = data.values as Uint8Array;
  const { valueOffsets } = data;
  const codes = Uint8Array.from(wanted, (letter) => letter.charCodeAt(0));
  const [first] = codes;
  const isAt = (at: number) =>
    small(bytes[at] ?? 0) === first && codes.every((code, index) => small(bytes[at + index] ?? 0) === code);
  return (row) => {
    if (!data.getValid(row)) return false;
    const last = (valueOffsets[row + 1] ?? 0) - codes.length;
    for (let at = valueOffsets[row] ?? 0; at <= last; at++) if (isAt(at)) return true;
    return false;
  };
}

/** The small letter of a capital one. All other bytes stay. */
function small(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

/** Tests the only column of a batch, exactly. As in SQL, NULL passes nothing but `is NULL`. */
export function testMatcher(
  batch: RecordBatch,
  { comparison, value }: Omit<ColumnTest, "column">,
): RowMatcher {
  const [data] = batch.data.children;
  if (data === undefined) return () => false;
  if (comparison === "is NULL") return (row) => !data.getValid(row);
  if (comparison === "is not NULL") return (row) => data.getValid(row);
  if (comparison === "contains") return textMatcher(batch, value);
  const compare = comparer(batch, data, value.trim());
  const passes = passing[comparison];
  return (row) => data.getValid(row) && passes(compare(row));
}

const passing: Readonly<
  Record<Exclude<Comparison, "contains" | "is NULL" | "is not NULL">, (order: number) => boolean>
> = {
  "=": (order) => order === 0,
  "≠": (order) => order !== 0,
  "<": (order) => order < 0,
  "≤": (order) => order <= 0,
  ">": (order) => order > 0,
  "≥": (order) => order >= 0,
};

function comparer(batch: RecordBatch, data: Data, value: string): Compare {
  switch (data.typeId) {
    case Type.Int:
    case Type.Decimal:
      return wholeComparer(data, value);
    case Type.Float:
      return floatComparer(data, Number(value));
    case Type.Date:
    case Type.Timestamp:
      return timeComparer(batch, value.replace(" ", "T"));
    default: {
      const read = cellReader(batch, 0);
      return (row) => order(cellText(read(row)), value);
    }
  }
}

/** Both as whole numbers of the finer of their two scales, so that no digit is lost. */
function wholeComparer(data: Data, value: string): Compare {
  const [whole = "", fraction = ""] = value.split(".");
  const scale = Math.max(scaleOf(data), fraction.length);
  const wanted = BigInt(whole.replace("+", "") + fraction.padEnd(scale, "0"));
  const factor = 10n ** BigInt(scale - scaleOf(data));
  const read = wholeNumbers(data);
  return (row) => order(read(row) * factor, wanted);
}

/** NaN is above all numbers, as in ORDER BY. */
function floatComparer({ values }: Data, value: number): Compare {
  const numbers = values as Float32Array | Float64Array;
  const wanted = numbers instanceof Float32Array ? Math.fround(value) : value;
  return (row) => {
    const number = numbers[row] ?? 0;
    return Number.isNaN(number) ? 1 : order(number, wanted);
  };
}

/** As exact as the value is: `2024-05` is all of May. */
function timeComparer(batch: RecordBatch, value: string): Compare {
  const read = cellReader(batch, 0);
  return (row) => {
    const text = cellText(read(row));
    // A year of more than four digits has a sign.
    if (text.startsWith("-")) return -1;
    return text.startsWith("+") ? 1 : order(text.slice(0, value.length), value);
  };
}

function order<Value extends bigint | number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
