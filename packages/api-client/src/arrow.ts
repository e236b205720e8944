import { type RecordBatch, RecordBatchReader } from "apache-arrow";
import type { QueryRequest } from "./query-request.ts";

export { type CellReader, cellReader } from "./arrow-cells.ts";

/** How an Arrow stream ends. Without it, it was cut. */
const endMarker = "255,255,255,255,0,0,0,0";

/**
 * The result of a query as Arrow record batches, as they arrive. Throws a FrontDoorError unless the result is whole: Arrow's own
 * reader takes a connection that breaks between two batches for the end.
 */
export async function* arrowBatches<Row extends readonly unknown[], Result>(
  query: QueryRequest<Row, Result>,
): AsyncGenerator<RecordBatch, void, void> {
  const { chunks, cut } = await query.chunks("application/vnd.apache.arrow.stream");
  const source = new WatchedChunks(chunks);
  try {
    const reader = await RecordBatchReader.from(source);
    for await (const batch of reader) yield batch;
  } catch (error) {
    throw source.error ?? (source.hasEnded ? cut() : error);
  } finally {
    await source.close();
  }
  if (source.error !== undefined) throw source.error;
  if (!source.isWhole) throw cut();
}

/** Feeds the reader, and knows how the body ended, whatever the reader makes of it. */
class WatchedChunks implements AsyncIterableIterator<Uint8Array> {
  error: unknown;
  hasEnded = false;
  readonly #chunks: AsyncGenerator<Uint8Array, void, void>;
  #tail = new Uint8Array();

  constructor(chunks: AsyncGenerator<Uint8Array, void, void>) {
    this.#chunks = chunks;
  }

  get isWhole(): boolean {
    return this.hasEnded && this.error === undefined && this.#tail.join() === endMarker;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.hasEnded = true;
        return { done, value: undefined };
      }
      this.#tail = new Uint8Array([...this.#tail, ...value.subarray(-8)]).slice(-8);
      return { done: false, value };
    } catch (error) {
      this.hasEnded = true;
      this.error = error;
      throw error;
    }
  }

  /** The reader stops at the end marker. The body is read to its own end, because only that shows that it is whole. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    return { done: true, value: undefined };
  }

  async close(): Promise<void> {
    if (this.#tail.join() === endMarker && !this.hasEnded) await this.next().catch(() => undefined);
    await this.#chunks.return();
  }
}
