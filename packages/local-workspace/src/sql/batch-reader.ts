import { batchMessage, schemaMessage } from "@front-door/sql-engine";
import type { RecordBatch, Schema } from "apache-arrow";

/** A record batch as one Arrow IPC message. */
interface EncodedBatch {
  ipc: Uint8Array;
  rows: number;
}

export interface Part {
  /** Of the part's first row. */
  rowOffset: number;
  rows: number;
  batches: EncodedBatch[];
  /** True when nothing comes after; false says only that the end was not met yet. */
  last: boolean;
}

/** Gives out a result in parts of a bounded size. The engine is asked for no more than a part needs. */
export class BatchReader {
  readonly schema: Uint8Array;
  readonly #batches: AsyncIterator<RecordBatch>;
  /** What the part before left of its last batch. */
  #left: RecordBatch | undefined;
  /** Of the batch that came last, on average: a slice of it still counts all of its bytes. */
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

  /** One part after the other, also when several ask at once: the order of their rows stays. */
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
   * The next rows as they are, at most so many and, of rows that are equally long, so many bytes, but one row at least;
   * undefined at the end. Not while a `read` is under way.
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
