import { OperationError } from "@front-door/operations";

/** The time limit of one operation and the end of it when its caller hangs up, as one signal for every call it makes. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: NodeJS.Timeout;

  /** `ms`: until DEADLINE_EXCEEDED, from now or from the last {@link restart}. */
  constructor(ms: number) {
    this.#ms = ms;
    this.#timer = this.#startTimer(ms, "Databricks did not answer within the deadline.");
  }

  /** Its reason is always an OperationError: DEADLINE_EXCEEDED or CANCELLED. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins the wait anew: for streams, whose limit is for each pause. Cheap enough to call for every piece. */
  restart(): void {
    if (!this.signal.aborted) this.#timer.refresh();
  }

  /** Databricks is not waited for while the caller takes its time, which is at most `ms`. */
  pauseFor(ms: number): void {
    this.stop();
    if (!this.signal.aborted) this.#timer = this.#startTimer(ms, "The caller stopped reading.");
  }

  /** The end of {@link pauseFor}: Databricks has its whole time again. */
  resume(): void {
    this.stop();
    if (this.signal.aborted) return;
    this.#timer = this.#startTimer(this.#ms, "Databricks did not answer within the deadline.");
  }

  /** The caller is gone: every call of the operation ends at once. */
  callerGone(): void {
    this.#abort(new OperationError("CANCELLED", "The caller hung up before the reply was ready."));
  }

  /** No more waiting; the signal stays as it is. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #startTimer(ms: number, message: string): NodeJS.Timeout {
    return setTimeout(() => this.#abort(new OperationError("DEADLINE_EXCEEDED", message)), ms);
  }

  #abort(reason: OperationError): void {
    this.stop();
    this.#controller.abort(reason);
  }
}
