import { batchMessage, schemaMessage } from "@front-door/sql-engine";
import type { RecordBatch, Schema } from "apache-arrow";

/** A record batch as one Arrow IPC message. */
interface EncodedBatch {
  ipc: Uint8Array;
  rows: number;
}

export interface Part {
  /** The position of the part's first row in the result. */
  rowOffset: number;
  rows: number;
  batches: EncodedBatch[];
  /** True if nothing follows. False says only that the end was not reached yet. */
  last: boolean;
}

/** Reads a result in parts of bounded size, and asks the engine for no more than a part needs. */
export class BatchReader {
  readonly schema: Uint8Array;
  readonly #batches: AsyncIterator<RecordBatch>;
  /** The rest of the previous part's last batch. */
  #left: RecordBatch | undefined;
  /** The average in the most recent batch: a slice of a batch still reports the bytes of the whole. */
  #rowBytes = 0;
  #rowOffset = 0;
  #ended = false;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(schema: Schema, batches: AsyncIterable<RecordBatch>) {
    this.schema = schemaMessage(schema);
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get rowOffset(): number {
    return this.#rowOffset;
  }

  /** Reads the next part. Concurrent reads are queued, so that rows stay in order. */
  read(rowsMax: number, bytesMax: number): Promise<Part> {
    const part = this.#reading.then(() => this.#read(rowsMax, bytesMax));
    this.#reading = part.catch(() => {});
    return part;
  }

  /** Resolves when no part is being read. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  /**
   * The next rows as one batch: at most `rowsMax`, and about `bytesMax` bytes, but at least one row. Undefined at the
   * end. Must not run during a `read`.
   */
  async next(rowsMax: number, bytesMax = Number.POSITIVE_INFINITY): Promise<RecordBatch | undefined> {
    const batch = await this.#next();
    if (batch === undefined) return batch;
    const rows = Math.min(rowsMax, Math.max(1, Math.floor(bytesMax / this.#rowBytes)));
    if (batch.numRows <= rows) return batch;
    this.#left = batch.slice(rows);
    return batch.slice(0, rows);
  }

  async #read(rowsMax: number, bytesMax: number): Promise<Part> {
    const part: Part = { rowOffset: this.#rowOffset, rows: 0, batches: [], last: false };
    let bytes = 0;
    while (part.rows < rowsMax && bytes < bytesMax) {
      const batch = await this.next(rowsMax - part.rows, bytesMax - bytes);
      if (batch === undefined) break;
      const ipc = batchMessage(batch);
      part.batches.push({ ipc, rows: batch.numRows });
      part.rows += batch.numRows;
      bytes += ipc.length;
    }
    part.last = this.#ended && this.#left === undefined;
    this.#rowOffset += part.rows;
    return part;
  }

  async #next(): Promise<RecordBatch | undefined> {
    const left = this.#left;
    this.#left = undefined;
    if (left !== undefined) return left;
    while (!this.#ended) {
      const next = await this.#batches.next();
      if (next.done === true) this.#ended = true;
      else if (next.value.numRows > 0) {
        this.#rowBytes = next.value.data.byteLength / next.value.numRows;
        return next.value;
      }
    }
    return undefined;
  }
}
