import { type Data, type DataType, type RecordBatch, Type } from "apache-arrow";
import { dateText, dateTimeText, timeText } from "./arrow-dates.ts";
import type { Cell } from "./query-request.ts";

/** Gives the value of a row. */
export type CellReader = (row: number) => Cell;

/** With the fields of single types: the `typeId` tells which ones a type has. */
type DetailedType = DataType & {
  readonly bitWidth: number;
  readonly scale: number;
  readonly unit: 0 | 1 | 2 | 3;
  readonly timezone?: string | null;
};

/**
 * Reads one column of a batch exactly: the same values that NDJSON has. Arrow's own `get` rounds TIMESTAMPs, DECIMALs within
 * nested values, and FLOATs. Throws a TypeError for a type that the front door does not send.
 */
export function cellReader(batch: RecordBatch, column: number): CellReader {
  const data = batch.data.children[column];
  if (data === undefined) throw new RangeError(`The batch has no column ${column}.`);
  return readerOf(data);
}

function readerOf(data: Data): CellReader {
  const make = readers[data.typeId];
  if (make === undefined) throw unknownType(data);
  const read = make(data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

type MakeReader = (data: Data) => CellReader;

const readers: Readonly<Record<number, MakeReader>> = {
  [Type.Null]: () => () => null,
  [Type.Bool]:
    ({ values, offset }) =>
    (row) =>
      bit(values as Uint8Array, offset + row),
  [Type.Int]: integers,
  [Type.Float]: floats,
  [Type.Decimal]: decimals,
  [Type.Utf8]: ({ values, valueOffsets }) => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return (row) => decoder.decode((values as Uint8Array).subarray(valueOffsets[row], valueOffsets[row + 1]));
  },
  [Type.Binary]: ({ values, valueOffsets }) => {
    return (row) => base64((values as Uint8Array).subarray(valueOffsets[row], valueOffsets[row + 1]));
  },
  [Type.Date]:
    ({ values }) =>
    (row) =>
      dateText((values as Int32Array)[row] as number),
  [Type.Timestamp]: (data) => seconds(data, dateTimeText, detailed(data).timezone ? "Z" : ""),
  [Type.Time]: (data) => seconds(data, timeText, ""),
  [Type.List]: (data) => lists(data, readerOf(data.children[0] as Data)),
  [Type.Struct]: (data) => objects(data, namesOf(data)),
  // An array of pairs, since keys can be of any type.
  [Type.Map]: (data) => lists(data, objects(data.children[0] as Data, ["key", "value"])),
};

function detailed({ type }: Data): DetailedType {
  return type as DetailedType;
}

function unknownType({ typeId }: Data): TypeError {
  return new TypeError(`The column has a type that is not known: Arrow type ${typeId}.`);
}

function bit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] as number) & (1 << (index & 7))) !== 0;
}

function integers(data: Data): CellReader {
  if (detailed(data).bitWidth < 64) return (row) => (data.values as Int32Array)[row] as number;
  const words = int64s(data);
  return (row) => wholeNumber(words[row] as bigint);
}

/** A number if it is exact, otherwise its digits. */
function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function int64s({ values }: Data): BigInt64Array {
  const { buffer, byteOffset, byteLength } = values as ArrayBufferView<ArrayBuffer>;
  // Arrow keeps decimals as 32-bit words, which may begin between two 64-bit words.
  if (byteOffset % 8 !== 0) return new BigInt64Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return new BigInt64Array(buffer, byteOffset, byteLength >> 3);
}

function floats({ values }: Data): CellReader {
  const numbers = values as Float32Array | Float64Array;
  const single = numbers instanceof Float32Array;
  return (row) => {
    const value = numbers[row] as number;
    if (!Number.isFinite(value)) return String(value);
    return single ? shortestFloat(value) : value;
  };
}

/** The shortest digits that identify a 32-bit float: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let precision = 1; precision < 9; precision++) {
    const digits = Number(value.toPrecision(precision));
    if (Math.fround(digits) === value) return digits;
  }
  return Number(value.toPrecision(9));
}

function decimals(data: Data): CellReader {
  const { scale, bitWidth } = detailed(data);
  if (bitWidth !== 128) throw unknownType(data);
  const words = int64s(data);
  return (row) => {
    const low = BigInt.asUintN(64, words[row * 2] as bigint);
    const unscaled = ((words[row * 2 + 1] as bigint) << 64n) | low;
    if (scale <= 0) return wholeNumber(unscaled);
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
    return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  };
}

/** Decimal digits of a second in Arrow's units: second, millisecond, microsecond, nanosecond. */
const digitsOfUnit = [0, 3, 6, 9] as const;

function seconds(data: Data, text: (second: number) => string, zone: string): CellReader {
  const digits = digitsOfUnit[detailed(data).unit];
  const perSecond = 10n ** BigInt(digits);
  const words = int64s(data);
  return (row) => {
    const value = words[row] as bigint;
    // BigInt division rounds towards zero, but a time before 1970 belongs to the second before it.
    const fraction = ((value % perSecond) + perSecond) % perSecond;
    const fractionText = String(fraction).padStart(digits, "0").padEnd(6, "0");
    return `${text(Number((value - fraction) / perSecond))}.${fractionText}${zone}`;
  };
}

function lists({ valueOffsets }: Data, element: CellReader): CellReader {
  return (row) => {
    const start = valueOffsets[row] as number;
    return Array.from({ length: (valueOffsets[row + 1] as number) - start }, (_, index) =>
      element(start + index),
    );
  };
}

function objects({ children }: Data, names: readonly string[]): CellReader {
  const fields = names.map((name, index) => [name, readerOf(children[index] as Data)] as const);
  return (row) => Object.fromEntries(fields.map(([name, read]) => [name, read(row)]));
}

function namesOf({ type }: Data): string[] {
  return type.children.map(({ name }: { readonly name: string }) => name);
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8_192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}
