import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { fileURLToPath } from "node:url";
import type { QueryRequest } from "@front-door/api-client";
import type * as parquetWasm from "parquet-wasm";
import type { Sink } from "../output/terminal.ts";
import { UsageError } from "../output/usage-error.ts";
import { arrowMessages, endOfStream } from "./arrow-messages.ts";

type Parquet = typeof parquetWasm;

/** Rows in a row group: what readers such as DuckDB and Spark work in, and little enough to have in memory. */
const rowGroupRows = 122_880;
const rowGroupBytes = 64 * 1024 * 1024;

/** A Parquet file with the types of the Arrow stream, compressed with Zstandard. Needs the package parquet-wasm. */
export async function writeParquet(query: QueryRequest, sink: Sink): Promise<undefined> {
  const parquet = await loadParquet();
  const properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .setMaxRowGroupSize(rowGroupRows)
    .setMaxRowGroupBytes(rowGroupBytes)
    .setCreatedBy("front-door")
    .build();
  const messages = arrowMessages(query);
  const { value: schema } = await messages.next();
  const first = await messages.next();
  if (first.done === true || schema === undefined) {
    await sink.write(
      parquet.writeParquet(tableOf(parquet, [schema ?? Buffer.alloc(0), endOfStream]), properties),
    );
    return;
  }
  const source = new BatchSource(parquet, schema, first.value, messages);
  const batches = Readable.toWeb(Readable.from(source, { objectMode: true, highWaterMark: 1 }));
  const file = await parquet.transformParquetStream(batches, properties);
  for await (const bytes of file as unknown as ReadableStream<Uint8Array>) await sink.write(bytes);
  // The writer may take a failure of its source for the end.
  source.throwIfFailed();
}

/** The record batches of a stream, in the memory of the writer. */
class BatchSource implements AsyncIterable<parquetWasm.RecordBatch> {
  #failure: { readonly error: unknown } | undefined;
  readonly #batches: AsyncGenerator<parquetWasm.RecordBatch>;

  constructor(parquet: Parquet, schema: Buffer, first: Buffer, more: AsyncIterable<Buffer>) {
    this.#batches = this.#read(parquet, schema, first, more);
  }

  [Symbol.asyncIterator](): AsyncGenerator<parquetWasm.RecordBatch> {
    return this.#batches;
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async *#read(parquet: Parquet, schema: Buffer, first: Buffer, more: AsyncIterable<Buffer>) {
    try {
      yield* tableOf(parquet, [schema, first, endOfStream]).recordBatches();
      for await (const message of more)
        yield* tableOf(parquet, [schema, message, endOfStream]).recordBatches();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

function tableOf(parquet: Parquet, messages: readonly Buffer[]) {
  return parquet.Table.fromIPCStream(Buffer.concat(messages));
}

async function loadParquet(): Promise<Parquet> {
  try {
    return await import("parquet-wasm");
  } catch (cause) {
    throw new UsageError(`Parquet needs the package parquet-wasm: ${installing("parquet-wasm")}`, { cause });
  }
}

/** How to install a package beside this one: globally, or in the project that has it. */
function installing(name: string): string {
  const [project = "", ...inside] = dirname(fileURLToPath(import.meta.url)).split(`${sep}node_modules${sep}`);
  const isGlobal = inside.length > 0 && !existsSync(join(project, "package.json"));
  return `npm install ${isGlobal ? "-g " : ""}${name}`;
}
