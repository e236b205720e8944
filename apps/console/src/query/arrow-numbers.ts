import { type Data, type DataType, Type } from "apache-arrow";

/** How many digits of the whole numbers of an Arrow INT or DECIMAL stand behind the point. */
export function scaleOf({ type }: Data): number {
  return (type as DataType & { readonly scale?: number }).scale ?? 0;
}

/** Reads a column of INT or DECIMAL as whole numbers: 12.50 of a DECIMAL(10,2) is 1250. The row must not be NULL. */
export function wholeNumbers({ typeId, values }: Data): (row: number) => bigint {
  if (typeId === Type.Decimal) {
    const words = int64s(values as Uint32Array);
    return (row) => ((words[row * 2 + 1] ?? 0n) << 64n) | BigInt.asUintN(64, words[row * 2] ?? 0n);
  }
  if (values instanceof BigInt64Array) return (row) => values[row] ?? 0n;
  const numbers = values as Int32Array;
  return (row) => BigInt(numbers[row] ?? 0);
}

/** The same bytes as numbers of 64 bits. Arrow has decimals and times as words of 32 bits, which can begin in between. */
export function int64s(values: ArrayBufferView): BigInt64Array {
  const { buffer, byteOffset, byteLength } = values;
  if (byteOffset % 8 !== 0) return new BigInt64Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return new BigInt64Array(buffer, byteOffset, byteLength >> 3);
}
