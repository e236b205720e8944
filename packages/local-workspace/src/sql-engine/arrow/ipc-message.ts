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

/** A record batch as one Arrow IPC message, without the schema before it: what Thrift and a stream both carry. */
export function batchMessage(batch: RecordBatch, schemaLength: number): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.close();
  const bytes = writer.toUint8Array(true);
  return bytes.subarray(schemaLength, bytes.length - END_BYTES);
}
