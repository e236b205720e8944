import { type ResultColumn, SqlError, type StatementParameters, type TextForm } from "@front-door/sql-engine";
import type { RecordBatch } from "apache-arrow";
import type { Logger } from "pino";
import { ArrowIntervals } from "./arrow-intervals.ts";
import { BatchReader, type Part } from "./batch-reader.ts";
import type { EngineResult, EngineSession } from "./engine.ts";
import type { SeenStatement, StatementLog } from "./statement-log.ts";
import type { WarehouseStates } from "./warehouse-states.ts";

/** Rows in a record batch: few, so that a fetch of 8,192 rows needs no slicing and a part stays small. */
const BATCH_ROWS = 4096;

export interface StatementText {
  sql: string;
  parameters?: StatementParameters | undefined;
  textForms?: TextForm[] | undefined;
  /** Whether intervals come as Arrow's own rather than as text. */
  intervalsAsArrow?: boolean | undefined;
  /** Cuts the result. Zero and absent mean no limit. */
  rowLimit?: number | undefined;
}

interface StatementParts {
  log: StatementLog;
  logger: Logger;
  warehouses: WarehouseStates;
}

/** A statement from its start until its result is closed. */
export class Statement {
  readonly seen: SeenStatement;
  /** Resolves when the state is final; never rejects. */
  readonly settled: Promise<void>;
  finishedAt: number | undefined;
  #error: SqlError | undefined;
  #result: EngineResult | undefined;
  #reader: BatchReader | undefined;
  readonly #log: StatementLog;
  readonly #logger: Logger;
  readonly #warehouses: WarehouseStates;
  readonly #abort = new AbortController();

  constructor(session: EngineSession, text: StatementText, seen: SeenStatement, parts: StatementParts) {
    this.seen = seen;
    this.#log = parts.log;
    this.#logger = parts.logger;
    this.#warehouses = parts.warehouses;
    this.settled = this.#run(session, text);
  }

  get state(): SeenStatement["state"] {
    return this.seen.state;
  }

  /** Why it failed. */
  get error(): SqlError | undefined {
    return this.#error;
  }

  /** The rows that it changed; undefined unless it was a change of rows. */
  get affectedRows(): number | undefined {
    return this.#result?.affectedRows;
  }

  get columns(): ResultColumn[] {
    return this.#result?.columns ?? [];
  }

  /** Whether its row says how the client moves the bytes of a file. */
  get isTransfer(): boolean {
    return this.#result?.kind === "transfer";
  }

  /** Throws SqlError if the statement failed or its result is gone. */
  get reader(): BatchReader {
    if (this.#error !== undefined) throw this.#error;
    if (this.#reader === undefined) throw new SqlError("OPERATION_CANCELED", "Operation has been canceled.");
    return this.#reader;
  }

  /** The next part of the result. If that fails, the statement has failed, and it throws SqlError. */
  async read(rowsMax: number, bytesMax: number): Promise<Part> {
    const part = await this.#reading((reader) => reader.read(rowsMax, bytesMax));
    this.seen.rowsFetched += part.rows;
    return part;
  }

  /** The next rows as one batch; undefined at the end. Throws as `read` does. */
  async next(rowsMax: number): Promise<RecordBatch | undefined> {
    const batch = await this.#reading((reader) => reader.next(rowsMax));
    this.seen.rowsFetched += batch?.numRows ?? 0;
    return batch;
  }

  /** Whether more bytes than these follow, which is known once the statement has settled. Throws SqlError if it failed. */
  async holds(bytes: number): Promise<boolean> {
    await this.settled;
    return this.reader.holds(bytes);
  }

  /** Fails the statement for a reason outside the engine. */
  async fail(error: SqlError): Promise<void> {
    this.#fail(error);
    await this.#release();
  }

  async #reading<Read>(read: (reader: BatchReader) => Promise<Read>): Promise<Read> {
    const { reader } = this;
    try {
      return await read(reader);
    } catch (error) {
      this.#fail(error);
      // Throws the reason for the failure.
      void this.reader;
      throw error;
    }
  }

  /** Interrupts the statement, even in the middle of its result. No effect if it has failed or was closed. */
  async cancel(): Promise<void> {
    this.seen.cancelRequested = true;
    if (this.seen.state === "failed" || this.seen.closed) return;
    this.seen.state = "canceled";
    await this.#release();
  }

  /** Interrupts the statement if it still runs, and drops its result. */
  async close(): Promise<void> {
    if (this.seen.closed) return;
    if (this.seen.state === "running") this.seen.state = "canceled";
    await this.#release();
  }

  async #release(): Promise<void> {
    this.#log.close(this.seen);
    const reader = this.#reader;
    this.#reader = undefined;
    this.#abort.abort();
    // The engine repeats an interrupt that came too early, but only while its session is open.
    await this.settled;
    // The connection must stay open while a batch is being read.
    await reader?.idle();
    await this.#result?.close();
  }

  async #run(session: EngineSession, text: StatementText): Promise<void> {
    const { sql, parameters, textForms, rowLimit = 0 } = text;
    const { signal } = this.#abort;
    try {
      await this.#warehouses.running(this.seen.warehouseId, signal);
      this.seen.waiting = false;
      const result = await session.execute(sql, { parameters, textForms, signal, batchRows: BATCH_ROWS });
      // The statement was canceled or closed while the engine was about to return.
      if (signal.aborted) return await result.close();
      this.#result = result;
      const batches = rowLimit > 0 ? firstRows(result.batches, rowLimit) : result.batches;
      this.#reader =
        text.intervalsAsArrow === true
          ? withArrowIntervals(result, batches)
          : new BatchReader(result.schema, batches);
      this.seen.state = "succeeded";
    } catch (error) {
      this.#fail(error);
    } finally {
      this.finishedAt = Date.now();
    }
  }

  #fail(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (!(error instanceof SqlError))
      this.#logger.error({ err: error, statement: this.seen.id }, "internal error");
    this.#error =
      error instanceof SqlError
        ? error
        : new SqlError("INTERNAL_ERROR", "The local workspace failed. See its log for the cause.");
    this.seen.state = "failed";
    this.seen.error = this.#error.message;
  }
}

function withArrowIntervals(
  { schema, columns }: EngineResult,
  batches: AsyncIterable<RecordBatch>,
): BatchReader {
  const intervals = new ArrowIntervals(schema, columns);
  return new BatchReader(
    intervals.schema,
    each(batches, (batch) => intervals.batch(batch)),
  );
}

async function* each(
  batches: AsyncIterable<RecordBatch>,
  change: (batch: RecordBatch) => RecordBatch,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) yield change(batch);
}

async function* firstRows(batches: AsyncIterable<RecordBatch>, limit: number): AsyncGenerator<RecordBatch> {
  let left = limit;
  for await (const batch of batches) {
    yield batch.numRows <= left ? batch : batch.slice(0, left);
    left -= batch.numRows;
    if (left <= 0) return;
  }
}
