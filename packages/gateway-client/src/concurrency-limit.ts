import { OperationError } from "@front-door/operations";

export interface ConcurrencyLimitOptions {
  /** How many may run at once. */
  readonly max: number;
  /** How many more may wait for their turn. */
  readonly waitingMax: number;
  /** How long each of them waits at most, in milliseconds. */
  readonly waitMs: number;
  /** What is limited, in the plural, for the message of a refusal. */
  readonly what: string;
}

/**
 * Bounds how many callers run at once. A burst may wait a moment, and a caller whose turn does not come in time is refused:
 * an endless queue would hide that readers who may take hours hold every place.
 */
export class ConcurrencyLimit {
  readonly #options: ConcurrencyLimitOptions;
  readonly #waiting = new Set<() => void>();
  /** One error for all refusals: a stack trace for each would cost the most under load. */
  readonly #refusal: OperationError;
  #running = 0;

  constructor(options: ConcurrencyLimitOptions) {
    const { max, what } = options;
    this.#options = options;
    this.#refusal = new OperationError(
      "TEMPORARILY_UNAVAILABLE",
      `Too many ${what} at once: the limit is ${max}. Try again in 1 s.`,
      { retryAfterSeconds: 1 },
    );
  }

  /** Throws TEMPORARILY_UNAVAILABLE (503) when {@link enter} would throw it now. */
  check(): void {
    if (this.#running >= this.#options.max && this.#waiting.size >= this.#options.waitingMax)
      throw this.#refusal;
  }

  /**
   * Takes a place, which {@link leave} frees. Throws TEMPORARILY_UNAVAILABLE (503) when none is free in time, and
   * CANCELLED when `signal` is aborted first.
   */
  async enter(signal?: AbortSignal): Promise<void> {
    this.check();
    if (this.#running < this.#options.max) this.#running += 1;
    else await this.#wait(signal);
  }

  leave(): void {
    const [next] = this.#waiting;
    // The place goes to the caller that has waited longest.
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(onTurn);
      outcome();
    };
    const onTurn = () => settle(resolve);
    const onAbort = () =>
      settle(() => reject(new OperationError("CANCELLED", "The caller hung up before its turn came.")));
    const timer = setTimeout(() => settle(() => reject(this.#refusal)), this.#options.waitMs);
    this.#waiting.add(onTurn);
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  }
}
