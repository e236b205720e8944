import { type ErrorCode, OperationError } from "@front-door/operations";

/** Who has to act next: Databricks with its reply, or the caller by sending or reading bytes. */
type Side = "databricks" | "caller";

const tooLate = {
  databricks: ["DEADLINE_EXCEEDED", "Databricks did not answer within the deadline."],
  caller: ["REQUEST_TIMEOUT", "The caller stopped sending or reading."],
} as const satisfies Record<Side, readonly [ErrorCode, string]>;

/** The time limit of one operation, and its end when the caller hangs up, as one signal for every call it makes. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #limitMs: Readonly<Record<Side, number>>;
  #side: Side = "databricks";
  #timer: NodeJS.Timeout;
  readonly #wholeTimer: NodeJS.Timeout | undefined;

  /**
   * Starts with Databricks' time. In a stream both limits bound each pause. `wholeMs`, which a caller may give, bounds
   * everything to the end of the reply.
   */
  constructor(databricksMs: number, callerMs: number, wholeMs?: number) {
    this.#limitMs = { databricks: Math.min(databricksMs, wholeMs ?? databricksMs), caller: callerMs };
    this.#timer = this.#startTimer();
    if (wholeMs !== undefined) {
      const message = `The operation did not end within the caller's ${wholeMs} ms.`;
      this.#wholeTimer = setTimeout(() => this.#abort("DEADLINE_EXCEEDED", message), wholeMs);
    }
  }

  /** How long Databricks has, for a reply and for each piece of a stream. */
  get databricksMs(): number {
    return this.#limitMs.databricks;
  }

  /** Its reason is always an OperationError: DEADLINE_EXCEEDED, REQUEST_TIMEOUT or CANCELLED. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives `side` its full time from now on. Cheap enough to call for every piece of a stream. */
  waitFor(side: Side): void {
    if (this.signal.aborted) return;
    if (side === this.#side) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#side = side;
    this.#timer = this.#startTimer();
  }

  /** The operation has succeeded: stops the time, and aborts nothing. */
  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#wholeTimer);
  }

  /** Ends every call of the operation that still runs. */
  cancel(message: string): void {
    this.#abort("CANCELLED", message);
  }

  #startTimer(): NodeJS.Timeout {
    const [code, message] = tooLate[this.#side];
    return setTimeout(() => this.#abort(code, message), this.#limitMs[this.#side]);
  }

  #abort(code: ErrorCode, message: string): void {
    this.stop();
    // Only the first reason counts.
    this.#controller.abort(new OperationError(code, message));
  }
}
