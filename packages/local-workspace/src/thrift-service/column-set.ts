import { type DataType as ArrowType, DataType, Precision, type Vector } from "apache-arrow";
import { dateText } from "../sql/date-text.ts";
import { floatText } from "../sql/number-text.ts";
import type { Column } from "../thrift/tcli-structs.ts";

/**
 * A column as Spark's Thrift server sends it without Arrow. What has no list of its own comes as text: dates here, and
 * timestamps, decimals, intervals and nested values already from the engine.
 */
export function columnOf(type: ArrowType, vector: Vector): Column {
  const rows = { length: vector.length };
  const nulls = new Uint8Array(Math.ceil(vector.length / 8));
  const listOf = <Value>(placeholder: Value, read: (row: number) => Value) => {
    const values = Array.from(rows, (_, row) => {
      // A column of only NULLs has no bitmap.
      if (!DataType.isNull(type) && vector.isValid(row)) return read(row);
      nulls[row >> 3] = (nulls[row >> 3] ?? 0) | (1 << (row & 7));
      return placeholder;
    });
    return { values, nulls };
  };
  // What a vector gives follows from its type.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const get = <Value>(row: number) => vector.get(row) as Value;
  if (DataType.isBool(type)) return { boolVal: listOf(false, get<boolean>) };
  if (DataType.isFloat(type)) {
    // A FLOAT is the DOUBLE with the same text.
    const single = type.precision === Precision.SINGLE;
    return { doubleVal: listOf(0, (row) => (single ? Number(floatText(get(row))) : get<number>(row))) };
  }
  if (DataType.isInt(type)) {
    if (type.bitWidth === 64) return { i64Val: listOf(0n, get<bigint>) };
    return { [INTEGERS[type.bitWidth] ?? "i32Val"]: listOf(0, get<number>) };
  }
  if (DataType.isBinary(type)) return { binaryVal: listOf(new Uint8Array(), get<Uint8Array>) };
  if (DataType.isDate(type)) {
    return { stringVal: listOf("", (row) => dateText(Number(get<number | Date>(row)) / DAY_MS)) };
  }
  return { stringVal: listOf("", (row) => String(get(row))) };
}

const INTEGERS: Record<number, "byteVal" | "i16Val"> = { 8: "byteVal", 16: "i16Val" };
const DAY_MS = 86_400_000;
