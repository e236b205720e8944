import { OperationError } from "@front-door/operations";

export interface ConcurrencyLimitOptions {
  /** How many may be in at once. */
  readonly max: number;
  /** How many more may wait for a place. */
  readonly waitingMax: number;
  /** How long one waits at most, in milliseconds. */
  readonly waitMs: number;
  /** For the refusal: "files under way". */
  readonly what: string;
}

interface Waiting {
  readonly enter: () => void;
}

/**
 * Lets a bounded number in at once; a burst waits a moment, and who gets no place in time is refused. An endless queue
 * would hide that all places are held by readers who may take hours, and whoever waits in it would be told after a while
 * that Databricks did not answer.
 */
export class ConcurrencyLimit {
  readonly #options: ConcurrencyLimitOptions;
  readonly #waiting = new Set<Waiting>();
  /** One for all who are refused: to make an error costs a stack trace, when there is least time for it. */
  readonly #refusal: OperationError;
  #taken = 0;

  constructor(options: ConcurrencyLimitOptions) {
    const { max, what } = options;
    this.#options = options;
    this.#refusal = new OperationError(
      "TEMPORARILY_UNAVAILABLE",
      `Too many ${what}: at most ${max} at once. Try again as Retry-After says.`,
      { retryAfterSeconds: 1 },
    );
  }

  /** Throws what {@link take} would reject with if it were called now. */
  check(): void {
    if (this.#taken >= this.#options.max && this.#waiting.size >= this.#options.waitingMax)
      throw this.#refusal;
  }

  /**
   * Resolves to the function that frees the place. Rejects with TEMPORARILY_UNAVAILABLE (503) when there is none in time,
   * and with CANCELLED when `signal` is aborted first.
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (this.#taken >= this.#options.max) await this.#wait(signal);
    else this.#taken += 1;
    let held = true;
    return () => {
      if (held) this.#free();
      held = false;
    };
  }

  #free(): void {
    const [next] = this.#waiting;
    // The place goes to the one that waited longest, or is free.
    if (next === undefined) this.#taken -= 1;
    else next.enter();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#waiting.size >= this.#options.waitingMax) {
      reject(this.#refusal);
      return promise;
    }
    const giveUp = () => settle(() => reject(this.#refusal));
    const onAbort = () =>
      settle(() => reject(new OperationError("CANCELLED", "The caller hung up before there was a place.")));
    const timer = setTimeout(giveUp, this.#options.waitMs);
    const waiting: Waiting = { enter: () => settle(resolve) };
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(waiting);
      how();
    };
    this.#waiting.add(waiting);
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  }
}
