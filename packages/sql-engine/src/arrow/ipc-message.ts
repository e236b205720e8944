import { type RecordBatch, RecordBatchStreamWriter, type Schema } from "apache-arrow";

/** The marker that ends an Arrow stream: a continuation and a length of zero. */
const END_BYTES = 8;

/** The schema as one Arrow IPC message. */
export function schemaMessage(schema: Schema): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  writer.close();
  const bytes = writer.toUint8Array(true);
  return bytes.subarray(0, bytes.length - END_BYTES);
}

/** A record batch as one Arrow IPC message, without a schema before it: the form in Thrift and in a stream. */
export function batchMessage(batch: RecordBatch): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.close();
  const bytes = writer.toUint8Array(true);
  // The schema's message comes first: a continuation marker, a length, and no body. A batch's schema has positions for
  // names, so its length differs from that of the result's schema.
  const schemaLength = 8 + new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
  return bytes.subarray(schemaLength, bytes.length - END_BYTES);
}
