import { createRequire } from "node:module";
import type { RowBatch } from "../src/sql/serialize/row-batch.ts";

/** The driver's instance of Arrow, whole: tests make batches by hand. */
// oxlint-disable-next-line typescript/no-explicit-any
export const arrow: any = createRequire(import.meta.url)("apache-arrow");

// Vectors of every type go in; the type of each is the test's business.
// oxlint-disable-next-line typescript/no-explicit-any
export type Columns = [name: string, vector: any][];

/** The columns as Databricks sends them: a message with the schema and a message with the batch. */
export function rowBatch(columns: Columns): RowBatch {
  const rowCount = columns[0]?.[1].length ?? 0;
  // Arrow 13 gives columns of one name one type when it writes them, so they are written under names of their own.
  const fields = columns.map(([, { type }], index) => new arrow.Field(String(index), type, true));
  const struct = arrow.makeData({
    type: new arrow.Struct(fields),
    length: rowCount,
    nullCount: 0,
    children: columns.map(([, vector]) => vector.data[0]),
  });
  const batch = new arrow.RecordBatch(new arrow.Schema(fields), struct);
  const schema = new arrow.Schema(columns.map(([name, { type }]) => new arrow.Field(name, type, true)));
  return {
    schemaBytes: messagesOf(new arrow.Table(schema)).schema,
    bytes: messagesOf(new arrow.Table([batch])).batches,
    rowCount,
  };
}

function messagesOf(table: unknown): { schema: Uint8Array; batches: Uint8Array } {
  const stream: Uint8Array = arrow.tableToIPC(table, "stream");
  const schemaLength = 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
  return { schema: stream.subarray(0, schemaLength), batches: stream.subarray(schemaLength, -8) };
}

// oxlint-disable-next-line typescript/no-explicit-any
export function vector(values: unknown[], type: any): any {
  return arrow.vectorFromArray(values, type);
}

/** A column of 64-bit or 128-bit integers of any type, null where the value is. */
// oxlint-disable-next-line typescript/no-explicit-any
export function words(values: (bigint | null)[], type: any, bits: 64 | 128): any {
  const data = new DataView(new ArrayBuffer((values.length * bits) / 8));
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  values.forEach((value, index) => {
    if (value === null) return;
    nullBitmap[index >> 3]! |= 1 << (index & 7);
    for (let word = 0; word < bits / 64; word++) {
      data.setBigUint64((index * bits) / 8 + word * 8, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
    }
  });
  const nullCount = values.filter((value) => value === null).length;
  return arrow.makeVector(
    arrow.makeData({
      type,
      length: values.length,
      nullCount,
      nullBitmap,
      data:
        bits === 64 && type.typeId === arrow.Type.Int
          ? new BigInt64Array(data.buffer)
          : new Int32Array(data.buffer),
    }),
  );
}
