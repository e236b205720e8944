import { SqlError } from "@front-door/sql-engine";
import type { RecordBatch } from "apache-arrow";
import type { Logger } from "pino";
import { BatchReader, type Part } from "./batch-reader.ts";
import type { EngineColumn, EngineParameters, EngineResult, EngineSession } from "./engine.ts";
import type { SeenStatement, StatementLog } from "./statement-log.ts";

/** Rows of one record batch: small, so that a fetch of 8,192 rows needs no slicing and a part stays bounded. */
const BATCH_ROWS = 4096;

export interface StatementText {
  sql: string;
  parameters?: EngineParameters | undefined;
}

interface StatementParts {
  log: StatementLog;
  logger: Logger;
}

/** One statement from its start until its result is closed. */
export class Statement {
  readonly seen: SeenStatement;
  /** Resolves, and never rejects, when the state is final. */
  readonly settled: Promise<void>;
  finishedAt: number | undefined;
  #error: SqlError | undefined;
  #result: EngineResult | undefined;
  #reader: BatchReader | undefined;
  readonly #log: StatementLog;
  readonly #logger: Logger;
  readonly #abort = new AbortController();

  constructor(session: EngineSession, text: StatementText, seen: SeenStatement, parts: StatementParts) {
    this.seen = seen;
    this.#log = parts.log;
    this.#logger = parts.logger;
    this.settled = this.#run(session, text);
  }

  get state(): SeenStatement["state"] {
    return this.seen.state;
  }

  /** Why it failed. */
  get error(): SqlError | undefined {
    return this.#error;
  }

  get columns(): EngineColumn[] {
    return this.#result?.columns ?? [];
  }

  /** Throws SqlError when the statement failed, or when its result is gone. */
  get reader(): BatchReader {
    if (this.#error !== undefined) throw this.#error;
    if (this.#reader === undefined) throw new SqlError("OPERATION_CANCELED", "Operation has been canceled.");
    return this.#reader;
  }

  /** The next part of the result. Throws SqlError when the rest cannot be had; the statement has failed then. */
  async read(rowsMax: number, bytesMax: number): Promise<Part> {
    const part = await this.#reading((reader) => reader.read(rowsMax, bytesMax));
    this.seen.rowsFetched += part.rows;
    return part;
  }

  /** The next rows as they are; undefined at the end. Throws as `read` does. */
  async next(rowsMax: number): Promise<RecordBatch | undefined> {
    const batch = await this.#reading((reader) => reader.next(rowsMax));
    this.seen.rowsFetched += batch?.numRows ?? 0;
    return batch;
  }

  /** Ends the statement for a reason that the engine does not know of. */
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
      // Throws the reason, whichever it was.
      void this.reader;
      throw error;
    }
  }

  /** Interrupts the statement, also in the middle of its result; without effect on one that has ended otherwise. */
  async cancel(): Promise<void> {
    this.seen.cancelRequested = true;
    if (this.seen.state === "failed" || this.seen.closed) return;
    this.seen.state = "canceled";
    await this.#release();
  }

  /** Interrupts what still runs and forgets the result. */
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
    // The engine repeats an interrupt that came too early, but not once its session is closed.
    await this.settled;
    // Nor may it lose its connection under a batch that is being read.
    await reader?.idle();
    await this.#result?.close();
  }

  async #run(session: EngineSession, { sql, parameters }: StatementText): Promise<void> {
    const { signal } = this.#abort;
    try {
      const result = await session.execute(sql, { parameters, signal, batchRows: BATCH_ROWS });
      // It was canceled or closed while the engine was about to answer.
      if (signal.aborted) return await result.close();
      this.#result = result;
      this.#reader = new BatchReader(result.schema, result.batches);
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
        : new SqlError("INTERNAL_ERROR", "The local workspace failed. Its log says why.");
    this.seen.state = "failed";
    this.seen.error = this.#error.message;
  }
}
