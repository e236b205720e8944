import {
  type Data,
  type DataType,
  Field,
  makeBuilder,
  makeData,
  RecordBatch,
  Schema,
  Struct,
} from "apache-arrow";
import { ArrowRows } from "../arrow-rows.ts";

/** A column of a batch, for tests. */
export function arrowColumn(type: DataType, values: readonly unknown[]): Data {
  const builder = makeBuilder({ type, nullValues: [null] });
  for (const value of values) builder.append(value);
  return builder.finish().flush();
}

export function recordBatch(columns: Readonly<Record<string, Data>>): RecordBatch {
  const fields = Object.entries(columns).map(([name, data]) => new Field(name, data.type, true));
  const children = Object.values(columns);
  const length = children[0]?.length ?? 0;
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return new RecordBatch(new Schema(fields), data);
}

export function rowsOf(...batches: readonly RecordBatch[]): ArrowRows {
  const rows = new ArrowRows();
  for (const each of batches) rows.add(each);
  return rows;
}

/** All rows of a result, as they came. */
export function allRows(...batches: readonly RecordBatch[]) {
  const rows = rowsOf(...batches);
  return { rows, count: rows.count, order: undefined };
}

/** A DECIMAL as Arrow's builder takes it: 128 bits in words of 32, the lowest first. */
export function decimalWords(value: bigint): Uint32Array {
  return Uint32Array.from([0n, 32n, 64n, 96n], (shift) => Number(BigInt.asUintN(32, value >> shift)));
}
