import { isUtf8 } from "node:buffer";
import { OperationError } from "@front-door/operations";
import { type Data, type DataType, type DetailedType, Type } from "./arrow.ts";
import { writeDate, writeDateTime, writeTime } from "./date-bytes.ts";
import { writeDecimal } from "./decimal-bytes.ts";
import { type Int64Words, int64Words, isSafeWords, wordsToBigInt, wordsToNumber } from "./int64-words.ts";
import type { JsonBytes } from "./json-bytes.ts";

/** Writes the value of one row of one column as JSON. */
export type CellWriter = (row: number) => void;

export interface CellOptions {
  /** BIGINT and DECIMAL always as strings. */
  readonly numbersAsStrings: boolean;
}

const nullBytes = Buffer.from("null");
const trueBytes = Buffer.from("true");
const falseBytes = Buffer.from("false");
const quote = 0x22;
const comma = 0x2c;

/**
 * Returns the writer of one column of one batch, which reads the column's buffers directly. docs/query-results.md lists
 * what it writes for each type. Throws UPSTREAM_INVALID_RESPONSE for a type that Databricks does not send.
 */
export function cellWriter(out: JsonBytes, data: Data, options: CellOptions): CellWriter {
  const writerOf = writerOfType.get(data.typeId);
  if (writerOf === undefined) throw unknownType(data.type);
  const write = writerOf(out, data, options);
  const { nullBitmap, nullCount, offset } = data;
  if (nullCount === 0 || nullBitmap === undefined || nullBitmap.length === 0) return write;
  return (row) => {
    const bit = offset + row;
    if (((nullBitmap[bit >> 3] as number) & (1 << (bit & 7))) === 0) out.raw(nullBytes);
    else write(row);
  };
}

type WriterOf = (out: JsonBytes, data: Data, options: CellOptions) => CellWriter;

// A stream has only the type ids of the wire format, not those that Arrow has for each width and unit.
const writerOfType: ReadonlyMap<number, WriterOf> = new Map<number, WriterOf>([
  [Type.Null, (out) => () => out.raw(nullBytes)],
  [Type.Bool, boolWriter],
  [Type.Int, integerWriter],
  [Type.Float, floatWriter],
  [Type.Decimal, decimalWriter],
  [Type.Utf8, textWriter],
  [Type.Binary, binaryWriter],
  [Type.Date, dateWriter],
  [Type.Timestamp, secondsWriter(writeDateTime)],
  [Type.Time, secondsWriter(writeTime)],
  [Type.List, listWriter],
  [Type.Struct, structWriter],
  [Type.Map, mapWriter],
]);

function unknownType(type: DataType): OperationError {
  return new OperationError("UPSTREAM_INVALID_RESPONSE", "The result has a column of an unknown type.", {
    cause: new Error(`Arrow type id ${type.typeId}`),
  });
}

function boolWriter(out: JsonBytes, { values, offset }: Data): CellWriter {
  const bits = values as Uint8Array;
  return (row) => {
    const bit = offset + row;
    out.raw(((bits[bit >> 3] as number) & (1 << (bit & 7))) === 0 ? falseBytes : trueBytes);
  };
}

function integerWriter(out: JsonBytes, data: Data, { numbersAsStrings }: CellOptions): CellWriter {
  const { bitWidth, isSigned } = data.type as DetailedType;
  if (bitWidth < 64) {
    const values = data.values as Int32Array;
    return (row) => out.integer(values[row] as number);
  }
  if (!isSigned) throw unknownType(data.type);
  const words = int64Words(data.values as ArrayBufferView);
  return (row) => writeBigint(out, words, row, numbersAsStrings);
}

function writeBigint(out: JsonBytes, words: Int64Words, row: number, asString: boolean): void {
  const safe = isSafeWords(words, row);
  if (safe && !asString) {
    out.integer(wordsToNumber(words, row));
    return;
  }
  out.byte(quote);
  if (safe) out.integer(wordsToNumber(words, row));
  else out.ascii(String(wordsToBigInt(words, row)));
  out.byte(quote);
}

function floatWriter(out: JsonBytes, data: Data): CellWriter {
  const single = data.values instanceof Float32Array;
  if (!single && !(data.values instanceof Float64Array)) throw unknownType(data.type);
  const values = data.values;
  return (row) => {
    const value = values[row] as number;
    if (!Number.isFinite(value)) {
      out.ascii(`"${value}"`);
    } else if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      out.integer(value);
    } else {
      // `String` drops the sign of negative zero.
      out.ascii(value === 0 ? "-0.0" : single ? float32Digits(value) : String(value));
    }
  };
}

/** The shortest digits that identify a 32-bit float, as Spark writes a FLOAT: 0.1, not 0.10000000149011612. */
function float32Digits(value: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const digits = Number(value.toPrecision(precision));
    if (Math.fround(digits) === value) return String(digits);
  }
  return String(Number(value.toPrecision(9)));
}

function decimalWriter(out: JsonBytes, data: Data, { numbersAsStrings }: CellOptions): CellWriter {
  const { scale, bitWidth } = data.type as DetailedType;
  if (bitWidth !== 128) throw unknownType(data.type);
  const words = int64Words(data.values as ArrayBufferView);
  return (row) => writeDecimal(out, words, row * 2, scale, numbersAsStrings);
}

function textWriter(out: JsonBytes, data: Data): CellWriter {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets;
  const valid = isUtf8(bytes.subarray(offsets[0], offsets[data.length]));
  return (row) => {
    const start = offsets[row] as number;
    const end = offsets[row + 1] as number;
    // A value that begins inside a character is invalid, even if the column as a whole is valid.
    if (valid && (start === end || ((bytes[start] as number) & 0xc0) !== 0x80)) out.string(bytes, start, end);
    else writeRepaired(out, bytes, start, end);
  };
}

/** Writing a longer text at once would block the event loop. Databricks allows 16 MiB. */
const longTextBytes = 64 * 1024;

/** For a column with long texts: returns a row's bytes if they are long and valid UTF-8; {@link cellWriter} writes the others. */
export function longTexts(data: Data): ((row: number) => Uint8Array | undefined) | undefined {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets;
  if (data.typeId !== Type.Utf8 || bytes.length < longTextBytes) return undefined;
  return (row) => {
    const start = offsets[row] as number;
    const end = offsets[row + 1] as number;
    if (end - start < longTextBytes || !data.getValid(row)) return undefined;
    const text = bytes.subarray(start, end);
    return isUtf8(text) ? text : undefined;
  };
}

/** JSON must be UTF-8, so invalid bytes become U+FFFD. */
function writeRepaired(out: JsonBytes, bytes: Uint8Array, start: number, end: number): void {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  out.byte(quote);
  for (let from = start; from < end; from += longTextBytes) {
    const to = Math.min(from + longTextBytes, end);
    const repaired = Buffer.from(decoder.decode(bytes.subarray(from, to), { stream: to < end }));
    out.text(repaired, 0, repaired.length);
  }
  out.byte(quote);
}

function binaryWriter(out: JsonBytes, data: Data): CellWriter {
  const { buffer, byteOffset } = data.values as Uint8Array;
  const offsets = data.valueOffsets;
  return (row) => {
    const start = offsets[row] as number;
    out.base64(Buffer.from(buffer, byteOffset + start, (offsets[row + 1] as number) - start));
  };
}

function dateWriter(out: JsonBytes, data: Data): CellWriter {
  if ((data.type as DetailedType).unit !== 0) throw unknownType(data.type);
  const days = data.values as Int32Array;
  return (row) => {
    out.byte(quote);
    writeDate(out, days[row] as number);
    out.byte(quote);
  };
}

/** Decimal digits of a second in Arrow's units: second, millisecond, microsecond, nanosecond. */
const digitsOfUnit = [0, 3, 6, 9] as const;

/** Writes times as `write` does for whole seconds, with the fraction of the second after it. */
function secondsWriter(write: (out: JsonBytes, second: number) => void): WriterOf {
  return (out, data) => {
    const { unit, bitWidth, timezone } = data.type as DetailedType;
    // Seconds and milliseconds of a TIME, which Databricks does not send.
    if (bitWidth === 32) throw unknownType(data.type);
    const words = int64Words(data.values);
    const digits = digitsOfUnit[unit];
    return (row) => {
      const { second, fraction } = splitSeconds(words, row, digits);
      out.byte(quote);
      write(out, second);
      writeFraction(out, fraction, digits);
      // A TIMESTAMP is an instant and has a time zone in Arrow; a TIMESTAMP_NTZ has none.
      if (timezone) out.byte(0x5a);
      out.byte(quote);
    };
  };
}

/** A time as its whole second and the fraction after it, in the unit of the column. */
function splitSeconds(words: Int64Words, row: number, digits: number): { second: number; fraction: number } {
  const perSecond = 10 ** digits;
  if (isSafeWords(words, row)) {
    const value = wordsToNumber(words, row);
    const second = Math.floor(value / perSecond);
    return { second, fraction: value - second * perSecond };
  }
  const value = wordsToBigInt(words, row);
  const unit = BigInt(perSecond);
  // BigInt division rounds towards zero, but a time before 1970 belongs to the second before it.
  const fraction = ((value % unit) + unit) % unit;
  return { second: Number((value - fraction) / unit), fraction: Number(fraction) };
}

/** Writes six digits, or nine if the column has nanoseconds. */
function writeFraction(out: JsonBytes, fraction: number, digits: number): void {
  out.byte(0x2e);
  if (digits === 9) out.padded(fraction, 9);
  else out.padded(fraction * 10 ** (6 - digits), 6);
}

function listWriter(out: JsonBytes, data: Data, options: CellOptions): CellWriter {
  return arrayWriter(out, data, cellWriter(out, childOf(data, 0), options));
}

/** An array of `{ key, value }`, since keys can be of any type. */
function mapWriter(out: JsonBytes, data: Data, options: CellOptions): CellWriter {
  return arrayWriter(out, data, objectWriter(out, childOf(data, 0), ["key", "value"], options));
}

function arrayWriter(out: JsonBytes, { valueOffsets: offsets }: Data, element: CellWriter): CellWriter {
  return (row) => {
    const end = offsets[row + 1] as number;
    out.byte(0x5b);
    for (let index = offsets[row] as number, first = index; index < end; index++) {
      if (index !== first) out.byte(comma);
      element(index);
    }
    out.byte(0x5d);
  };
}

function structWriter(out: JsonBytes, data: Data, options: CellOptions): CellWriter {
  const names = (data.type as DataType).children.map(({ name }) => name);
  return objectWriter(out, data, names, options);
}

/** An object with its fields in their order. Duplicate names are all written; most parsers keep the last. */
function objectWriter(
  out: JsonBytes,
  data: Data,
  names: readonly string[],
  options: CellOptions,
): CellWriter {
  const fields = names.map((name, index) => ({
    key: Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    write: cellWriter(out, childOf(data, index), options),
  }));
  return (row) => {
    if (fields.length === 0) out.byte(0x7b);
    for (const { key, write } of fields) {
      out.raw(key);
      write(row);
    }
    out.byte(0x7d);
  };
}

function childOf(data: Data, index: number): Data {
  const child = data.children[index];
  if (child === undefined) throw unknownType(data.type as DataType);
  return child;
}
