import {
  Decimal,
  Field,
  Float64,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

const fields = [
  new Field("id", new Int64(), false),
  new Field("customer", new Utf8(), true),
  new Field("amount", new Decimal(2, 10, 128), true),
  new Field("price", new Float64(), true),
  new Field("sold_at", new TimestampMicrosecond("UTC"), true),
];
const schema = new Schema(fields);

export interface EncodedBatch {
  readonly schema: Buffer;
  /** The record batch's message. */
  readonly batch: Buffer;
}

/** `rows` rows of five columns of the usual types, as Databricks sends them: every 97th text is NULL. */
export function encodedBatch(rows: number): EncodedBatch {
  const ids = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row) * 1_003n);
  const names = Array.from({ length: rows }, (_, row) => (row % 97 === 0 ? null : `customer ${row % 5_000}`));
  const cents = Uint32Array.from({ length: rows * 4 }, (_, word) =>
    word % 4 === 0 ? (word * 37) % 900_000 : 0,
  );
  const prices = Float64Array.from({ length: rows }, (_, row) => row * 1.1);
  const times = BigInt64Array.from(
    { length: rows },
    (_, row) => 1_763_800_000_000_000n + BigInt(row) * 1_234_567n,
  );
  const children = [
    makeVector(ids).data[0],
    vectorFromArray(names, new Utf8()).data[0],
    makeData({ type: new Decimal(2, 10, 128), length: rows, nullCount: 0, data: cents }),
    makeVector(prices).data[0],
    makeData({ type: new TimestampMicrosecond("UTC"), length: rows, nullCount: 0, data: times }),
  ].filter((data) => data !== undefined);
  const struct = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, struct));
  const stream = Buffer.from(writer.finish().toUint8Array(true));
  // The schema's message has no body; behind the batch are the eight bytes of the stream's end.
  const schemaLength = 8 + stream.readInt32LE(4);
  return {
    schema: stream.subarray(0, schemaLength),
    batch: stream.subarray(schemaLength, stream.length - 8),
  };
}
