import type { DuckDBConnection } from "@duckdb/node-api";
import { SqlError } from "./sql-error.ts";

/** Ends a running statement: by its caller, by its session, or by its time. */
export class Interruption {
  readonly #connection: DuckDBConnection;
  #reason: SqlError | undefined;
  #repeat: NodeJS.Timeout | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.cancel();

  constructor(connection: DuckDBConnection, signal: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#connection = connection;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.cancel();
    if (timeoutMs !== undefined && timeoutMs > 0) {
      this.#timeout = setTimeout(
        () => this.#end(new SqlError("QUERY_TIMEOUT", `The statement took longer than ${timeoutMs} ms.`)),
        timeoutMs,
      );
      this.#timeout.unref();
    }
  }

  cancel(): void {
    this.#end(new SqlError("OPERATION_CANCELED", "Operation has been canceled."));
  }

  /** Its time limit is no more: a reader may take as long as it likes for a result that is there. */
  endTimeLimit(): void {
    clearTimeout(this.#timeout);
  }

  /** Throws once the statement is to end. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The reason of the end in place of the error that the end made. */
  explain(error: unknown): unknown {
    return this.#reason ?? error;
  }

  release(): void {
    clearTimeout(this.#timeout);
    clearInterval(this.#repeat);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#signal = undefined;
  }

  #end(reason: SqlError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#connection.interrupt();
    // An interrupt between two steps of a statement is lost, so it is repeated until the statement has ended.
    this.#repeat = setInterval(() => this.#connection.interrupt(), 20);
    this.#repeat.unref();
  }
}
