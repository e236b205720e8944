import { type Data, DataType, Precision, type RecordBatch } from "apache-arrow";
import { dateText, timestampText } from "../sql/date-text.ts";
import { decimalText, doubleText, floatText } from "../sql/number-text.ts";
import { offsetText, zoneOffset } from "../sql/zone-offset.ts";

/** Writes one value of a column as JSON text: a quoted string or `null`. */
type Cell = (row: number) => string;

/**
 * The rows of a batch in the format JSON_ARRAY, where every value is a string or null. Arrays, maps and structs are JSON
 * in a string, with strings inside (seen in genezhang/clickgraph's pull request 392).
 */
export function jsonRows(batch: RecordBatch): string[] {
  const cells = batch.data.children.map(cellOf);
  return Array.from({ length: batch.numRows }, (_, row) => `[${cells.map((cell) => cell(row)).join(",")}]`);
}

function cellOf(data: Data): Cell {
  if (!isNested(data)) return valueText(data);
  const text = nestedText(data);
  return (row) => (data.getValid(row) ? JSON.stringify(text(row)) : "null");
}

function isNested({ type }: Data): boolean {
  return DataType.isList(type) || DataType.isMap(type) || DataType.isStruct(type);
}

function nestedText(data: Data): Cell {
  if (DataType.isStruct(data.type)) return structText(data);
  const isMap = DataType.isMap(data.type);
  const { valueOffsets } = data;
  const [child] = data.children;
  const [from, to] = isMap ? ["{", "}"] : ["[", "]"];
  const item = child === undefined ? () => "" : isMap ? entryText(child) : valueText(child);
  return (row) => {
    const items: string[] = [];
    for (let at = valueOffsets[row] ?? 0; at < (valueOffsets[row + 1] ?? 0); at += 1) items.push(item(at));
    return `${from}${items.join(",")}${to}`;
  };
}

function entryText(entries: Data): Cell {
  const [key, value] = entries.children.map(valueText);
  // A name in JSON must be a string, so other keys are quoted.
  const name = (row: number) => {
    const text = key?.(row) ?? '""';
    return text.startsWith('"') ? text : JSON.stringify(text);
  };
  return (row) => `${name(row)}:${value?.(row)}`;
}

function structText(data: Data): Cell {
  const fields = data.children.map((child, at) => {
    const name = JSON.stringify((data.type as { children: { name: string }[] }).children[at]?.name ?? "");
    const value = valueText(child);
    return (row: number) => `${name}:${value(row)}`;
  });
  return (row) => `{${fields.map((field) => field(row)).join(",")}}`;
}

/** Writes a value as JSON, nested or not. */
function valueText(data: Data): Cell {
  // A column of only NULLs has no buffers.
  if (DataType.isNull(data.type)) return () => "null";
  if (isNested(data)) {
    const text = nestedText(data);
    return (row) => (data.getValid(row) ? text(row) : "null");
  }
  const scalar = scalarText(data);
  return (row) => (data.getValid(row) ? JSON.stringify(scalar(row)) : "null");
}

/** Reads the column's buffers directly: Arrow's getters round timestamps to milliseconds. */
function scalarText({ type, values, valueOffsets, offset }: Data): (row: number) => string {
  if (DataType.isBool(type)) return (row) => String(isSet(values as Uint8Array, offset + row));
  if (DataType.isInt(type)) return (row) => String((values as Int32Array)[row]);
  if (DataType.isFloat(type)) {
    const text = type.precision === Precision.SINGLE ? floatText : doubleText;
    return (row) => text((values as Float64Array)[row] ?? 0);
  }
  if (DataType.isDecimal(type)) return (row) => decimalText(unscaled(values as Uint32Array, row), type.scale);
  if (DataType.isDate(type)) return (row) => dateText((values as Int32Array)[row] ?? 0);
  if (DataType.isTimestamp(type)) {
    const { timezone } = type;
    const micros = (row: number) => (values as BigInt64Array)[row] ?? 0n;
    if (timezone === null || timezone === undefined) return (row) => timestampText(micros(row), "");
    if (timezone === "UTC") return (row) => timestampText(micros(row), "Z");
    const offset = zoneOffset(timezone);
    return (row) => {
      const seconds = offset(Number(micros(row) / 1000n));
      return timestampText(micros(row) + BigInt(seconds) * 1_000_000n, offsetText(seconds));
    };
  }
  if (!DataType.isUtf8(type) && !DataType.isBinary(type))
    throw new Error(`Arrow type ${type.typeId} cannot be written as text.`);
  const encoding = DataType.isUtf8(type) ? "utf8" : "base64";
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return (row) => bytes.toString(encoding, valueOffsets[row], valueOffsets[row + 1]);
}

function isSet(bits: Uint8Array, at: number): boolean {
  return (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

/** A 128-bit integer, lowest 32 bits first. */
function unscaled(words: Uint32Array, row: number): bigint {
  const at = row * 4;
  const high = BigInt.asIntN(64, (BigInt(words[at + 3] ?? 0) << 32n) | BigInt(words[at + 2] ?? 0));
  return (high << 64n) | (BigInt(words[at + 1] ?? 0) << 32n) | BigInt(words[at] ?? 0);
}
