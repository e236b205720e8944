/** One statement as the SQL services ran it. */
export interface SeenStatement {
  /** The operation's or the statement's own id. */
  id: string;
  service: "thrift" | "statement-execution";
  /** userName or application id: whose rights the statement ran with. */
  principal: string;
  warehouseId: string;
  /** Of a Thrift statement. */
  sessionId: string | undefined;
  statement: string;
  state: "running" | "succeeded" | "failed" | "canceled";
  /** Databricks' message, of a failed one. */
  error: string | undefined;
  /** True once its client asked to cancel it, whether or not that came in time. */
  cancelRequested: boolean;
  /** Its result is gone: closed by the client, with its session, or when it had been read to the end. */
  closed: boolean;
  /** Rows given out to the client so far. */
  rowsFetched: number;
  /** Epoch milliseconds. */
  startedAt: number;
}

const STATEMENTS_MAX = 10_000;

/** The statements since the start or the last `clear`, the newest 10,000 of them. */
export class StatementLog {
  #seen: SeenStatement[] = [];
  #open = 0;

  add(
    statement: Pick<
      SeenStatement,
      "id" | "service" | "principal" | "warehouseId" | "sessionId" | "statement"
    >,
  ): SeenStatement {
    const seen: SeenStatement = {
      ...statement,
      state: "running",
      error: undefined,
      cancelRequested: false,
      closed: false,
      rowsFetched: 0,
      startedAt: Date.now(),
    };
    this.#open += 1;
    this.#seen.push(seen);
    if (this.#seen.length > STATEMENTS_MAX) this.#seen.shift();
    return seen;
  }

  close(seen: SeenStatement): void {
    if (seen.closed) return;
    seen.closed = true;
    this.#open -= 1;
  }

  list(): SeenStatement[] {
    return this.#seen.map((one) => ({ ...one }));
  }

  clear(): void {
    this.#seen = [];
  }

  /** Statements that run or whose result can still be read. */
  open(): number {
    return this.#open;
  }
}
