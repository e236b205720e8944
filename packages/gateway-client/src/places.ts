import { OperationError } from "@front-door/operations";

/**
 * Lets at most `max` in at once and refuses the rest at once. A queue would hide that all places are taken by readers
 * who may take hours, and whoever waits in it would be told after a while that Databricks did not answer.
 */
export class Places {
  readonly #max: number;
  readonly #what: string;
  #taken = 0;

  constructor(max: number, what: string) {
    this.#max = max;
    this.#what = what;
  }

  /** Gives back the function that frees the place. Throws TEMPORARILY_UNAVAILABLE (503) when there is none. */
  take(): () => void {
    if (this.#taken >= this.#max) {
      throw new OperationError(
        "TEMPORARILY_UNAVAILABLE",
        `Too many ${this.#what} at once: at most ${this.#max}. Try again as Retry-After says.`,
        { retryAfterSeconds: 1 },
      );
    }
    this.#taken += 1;
    let held = true;
    return () => {
      if (held) this.#taken -= 1;
      held = false;
    };
  }
}
