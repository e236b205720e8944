import type { DuckDBConnection } from "@duckdb/node-api";
import { SqlError } from "./sql-error.ts";

/** Interrupts a running statement for its caller, its session or its time limit. */
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

  /** Lifts the time limit: reading a finished result may take any time. */
  endTimeLimit(): void {
    clearTimeout(this.#timeout);
  }

  /** Throws if the statement was interrupted. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Returns the reason for the interrupt in place of the error that it caused. */
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
    // An interrupt between two steps of a statement is lost, so it is repeated until the statement ends.
    this.#repeat = setInterval(() => this.#connection.interrupt(), 20);
    this.#repeat.unref();
  }
}
