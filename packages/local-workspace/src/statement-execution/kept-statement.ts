import { type ResultColumn, SqlError } from "@front-door/sql-engine";
import type { EngineSession } from "../sql/engine.ts";
import type { SqlParts } from "../sql/sql-parts.ts";
import { Statement } from "../sql/statement.ts";
import type { SeenStatement } from "../sql/statement-log.ts";
import { InlineLimitError, type Materialised, materialise } from "./materialise.ts";
import type { StatementRequest } from "./statement-request.ts";

export type State = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "CLOSED";

/** Runs work in the session that a statement belongs to. */
export type InSession = (work: (session: EngineSession) => Promise<void>) => Promise<void>;

/** A statement of the Statement Execution API, with its result for as long as that is kept. */
export class KeptStatement {
  readonly request: StatementRequest;
  readonly seen: SeenStatement;
  /** Resolves when the statement has ended; never rejects. */
  readonly ended: Promise<void>;
  columns: ResultColumn[] = [];
  /** Whether its row says how the client moves the bytes of a file. */
  isTransfer = false;
  state: State = "PENDING";
  /** Why it failed. */
  error: { error_code: string; message: string } | undefined;
  sqlState: string | undefined;
  result: Materialised | undefined;
  #statement: Statement | undefined;
  readonly #parts: SqlParts;
  readonly #canceled = new AbortController();

  constructor(
    request: StatementRequest,
    seen: SeenStatement,
    parts: SqlParts,
    inSession: InSession,
    dir: string,
  ) {
    this.request = request;
    this.seen = seen;
    this.#parts = parts;
    this.ended = this.#run(inSession, dir);
  }

  get isOver(): boolean {
    return this.state !== "PENDING" && this.state !== "RUNNING";
  }

  async cancel(): Promise<void> {
    this.seen.cancelRequested = true;
    if (this.isOver) return;
    this.state = "CANCELED";
    this.#canceled.abort();
    await this.#statement?.cancel();
    await this.ended;
  }

  /** Interrupts the statement and removes its result. The statement itself stays known. */
  async close(): Promise<void> {
    if (!this.isOver) await this.cancel();
    const { result } = this;
    this.result = undefined;
    if (this.state === "SUCCEEDED") this.state = "CLOSED";
    await result?.chunks.remove();
  }

  async #run(inSession: InSession, dir: string): Promise<void> {
    const { seen } = this;
    try {
      await this.#parts.warehouses.running(seen.warehouseId, this.#canceled.signal);
      await inSession((session) => this.#execute(session, dir));
    } catch (error) {
      this.#fail(error);
    } finally {
      // Canceled before it had begun.
      if (this.state === "CANCELED" && seen.state === "running") seen.state = "canceled";
      this.#parts.log.close(seen);
    }
  }

  async #execute(session: EngineSession, dir: string): Promise<void> {
    const { request, seen } = this;
    if (this.isOver) return;
    this.state = "RUNNING";
    const { sql, parameters } = request;
    const statement = new Statement(session, { sql, parameters }, seen, this.#parts);
    this.#statement = statement;
    try {
      await statement.settled;
      const result = await materialise(statement, request, dir, this.#parts.limits.chunkBytes);
      this.columns = statement.columns;
      this.isTransfer = statement.isTransfer;
      // Canceled at the last moment: nobody will read the result.
      if (this.isOver) await result.chunks.remove();
      else {
        this.result = result;
        this.state = "SUCCEEDED";
      }
    } finally {
      await statement.close();
    }
  }

  /** Recorded failures have the code BAD_REQUEST; other codes were not observed. */
  #fail(error: unknown): void {
    if (this.isOver) return;
    this.state = "FAILED";
    this.seen.state = "failed";
    if (error instanceof SqlError) {
      this.error = { error_code: "BAD_REQUEST", message: error.message };
      this.sqlState = error.sqlState;
    } else if (error instanceof InlineLimitError) {
      this.error = { error_code: "BAD_REQUEST", message: error.message };
    } else {
      this.#parts.logger.error({ err: error, statement: this.seen.id }, "internal error");
      this.error = {
        error_code: "INTERNAL_ERROR",
        message: "The local workspace failed. See its log for the cause.",
      };
    }
    this.seen.error = this.error.message;
  }
}
