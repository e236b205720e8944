/** A statement that one of the SQL services ran. */
export interface SeenStatement {
  /** The id of the operation or statement. */
  id: string;
  service: "thrift" | "statement-execution";
  /** The userName or application id that the statement ran as. */
  principal: string;
  warehouseId: string;
  /** Undefined for a statement in a session of its own. */
  sessionId: string | undefined;
  statement: string;
  state: "running" | "succeeded" | "failed" | "canceled";
  /** True until its warehouse runs. */
  waiting: boolean;
  /** Databricks' message, if it failed. */
  error: string | undefined;
  /** True once its client asked to cancel it, even if that came too late. */
  cancelRequested: boolean;
  /** True once its result is gone: closed by the client, closed with its session, or read to the end. */
  closed: boolean;
  /** Rows sent to the client so far. */
  rowsFetched: number;
  /** The query tags that it was submitted with. */
  tags: readonly QueryTag[];
  /** Epoch milliseconds. */
  startedAt: number;
  /** When its result was gone: see `closed`. */
  endedAt: number | undefined;
}

export interface QueryTag {
  key: string;
  value?: string | undefined;
}

const STATEMENTS_MAX = 10_000;

/** The newest 10,000 statements since the start or the last `clear`. */
export class StatementLog {
  #seen: SeenStatement[] = [];
  #open = 0;

  add(
    statement: Pick<
      SeenStatement,
      "id" | "service" | "principal" | "warehouseId" | "sessionId" | "statement"
    > &
      Partial<Pick<SeenStatement, "tags">>,
  ): SeenStatement {
    const seen: SeenStatement = {
      tags: [],
      endedAt: undefined,
      ...statement,
      state: "running",
      waiting: true,
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
    seen.endedAt = Date.now();
    this.#open -= 1;
  }

  list(): SeenStatement[] {
    return this.#seen.map((one) => ({ ...one }));
  }

  clear(): void {
    this.#seen = [];
  }

  /** How many statements are running or have a result that can still be read. */
  open(): number {
    return this.#open;
  }
}
