import { type Data, Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from "./arrow.ts";

const endMarkerBytes = 8;

/** Columns as the message of a record batch, without a schema before it. */
export function batchMessage(columns: readonly Data[], rows: number): Uint8Array {
  // Arrow 13 writes columns of the same name with the same type. A batch message holds no names, so use unique ones.
  const fields = columns.map(({ type }, index) => new Field(String(index), type, true));
  const data = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children: [...columns] });
  const stream = tableToIPC(new Table([new RecordBatch(new Schema(fields), data)]), "stream");
  // Between the schema's message, which has no body, and the end of the stream.
  const schemaLength = 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
  return stream.subarray(schemaLength, stream.length - endMarkerBytes);
}
