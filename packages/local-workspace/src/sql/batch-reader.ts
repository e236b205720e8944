import { batchMessage } from "@front-door/sql-engine";
import type { RecordBatch, Schema } from "apache-arrow";

interface EncodedBatch {
  batch: RecordBatch;
  /** The batch as one Arrow IPC message. */
  ipc: Uint8Array;
}

export interface Part {
  /** The position of the part's first row in the result. */
  rowOffset: number;
  rows: number;
  batches: EncodedBatch[];
  /** True if nothing follows; if false, a row or a failure does. */
  last: boolean;
}

/** Reads a result in parts of bounded size, and asks the engine for at most one batch more than a part needs. */
export class BatchReader {
  readonly schema: Schema;
  readonly #batches: AsyncIterator<RecordBatch>;
  /** What was read ahead: the rest of a batch, or batches. */
  #ahead: RecordBatch[] = [];
  /** The average in the most recent batch: a slice of a batch still reports the bytes of the whole. */
  #rowBytes = 0;
  #rowOffset = 0;
  #ended = false;
  /** Why there is no next batch. The part before it was complete. */
  #failure: { error: unknown } | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(schema: Schema, batches: AsyncIterable<RecordBatch>) {
    this.schema = schema;
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
    this.#ahead.unshift(batch.slice(rows));
    return batch.slice(0, rows);
  }

  async #read(rowsMax: number, bytesMax: number): Promise<Part> {
    const part: Part = { rowOffset: this.#rowOffset, rows: 0, batches: [], last: false };
    let bytes = 0;
    while (part.rows < rowsMax && bytes < bytesMax) {
      const batch = await this.next(rowsMax - part.rows, bytesMax - bytes);
      if (batch === undefined) break;
      const ipc = batchMessage(batch);
      part.batches.push({ batch, ipc });
      part.rows += batch.numRows;
      bytes += ipc.length;
    }
    part.last = !(await this.#continues());
    this.#rowOffset += part.rows;
    return part;
  }

  /** Whether more bytes than these follow. Keeps what it reads of them. False if the reading fails, which the next read tells. */
  holds(bytes: number): Promise<boolean> {
    const holds = this.#reading.then(() => this.#holds(bytes));
    this.#reading = holds;
    return holds;
  }

  async #holds(bytes: number): Promise<boolean> {
    const ahead: RecordBatch[] = [];
    try {
      for (let sum = 0; sum <= bytes; sum += this.#rowBytes * (ahead.at(-1)?.numRows ?? 0)) {
        const batch = await this.#next();
        if (batch === undefined) return false;
        ahead.push(batch);
      }
      return true;
    } catch (error) {
      this.#failure = { error };
      return false;
    } finally {
      this.#ahead.unshift(...ahead);
    }
  }

  /** Whether anything follows. JDBC drivers do not expect an empty part after one that was not the last. */
  async #continues(): Promise<boolean> {
    try {
      const next = await this.#next();
      if (next !== undefined) this.#ahead.unshift(next);
      return next !== undefined;
    } catch (error) {
      this.#failure = { error };
      return true;
    }
  }

  async #next(): Promise<RecordBatch | undefined> {
    const ahead = this.#ahead.shift();
    if (ahead !== undefined) return ahead;
    if (this.#failure !== undefined) throw this.#failure.error;
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
