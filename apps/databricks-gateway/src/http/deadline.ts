import { OperationError } from "@front-door/operations";

/** Who has to act next: Databricks with its reply, or the caller with the bytes that it sends or takes. */
type Side = "databricks" | "caller";

const tooLate = {
  databricks: ["DEADLINE_EXCEEDED", "Databricks did not answer within the deadline."],
  caller: ["REQUEST_TIMEOUT", "The caller stopped sending or taking bytes."],
} as const satisfies Record<Side, readonly [string, string]>;

/** The time limit of one operation and its end when the caller hangs up, as one signal for every call it makes. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #limitMs: Readonly<Record<Side, number>>;
  #side: Side = "databricks";
  #timer: NodeJS.Timeout;

  /** Starts with Databricks' time. Both in milliseconds; in a stream they bound each pause. */
  constructor(databricksMs: number, callerMs: number) {
    this.#limitMs = { databricks: databricksMs, caller: callerMs };
    this.#timer = this.#startTimer();
  }

  /** Its reason is always an OperationError: DEADLINE_EXCEEDED, REQUEST_TIMEOUT or CANCELLED. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on, all the time of `side` anew. Cheap enough to call for every piece of a stream. */
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

  /** The caller is gone: every call of the operation ends at once. */
  callerGone(): void {
    this.#abort("CANCELLED", "The caller hung up before the reply was ready.");
  }

  /** The operation has succeeded: its time stops, and nothing is aborted. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The operation has failed: what it began and did not finish ends too. */
  abandon(): void {
    this.#abort("CANCELLED", "The operation has failed.");
  }

  #startTimer(): NodeJS.Timeout {
    const [code, message] = tooLate[this.#side];
    return setTimeout(() => this.#abort(code, message), this.#limitMs[this.#side]);
  }

  #abort(code: "CANCELLED" | "DEADLINE_EXCEEDED" | "REQUEST_TIMEOUT", message: string): void {
    clearTimeout(this.#timer);
    if (!this.signal.aborted) this.#controller.abort(new OperationError(code, message));
  }
}
