export interface FairLimitOptions {
  /** How much there is of it: places, or bytes. */
  readonly max: number;
  /** How much of it one caller may have, in percent. One that has nothing may have any amount. */
  readonly sharePercent: number;
  /** How many requests may wait for their turn, and the same share of them of one caller. Default: 0. */
  readonly waitingMax?: number;
  /** How long each of them waits at most, in milliseconds. */
  readonly waitMs?: number;
  /** The error for a request that finds everything in use, or all of its caller's share. Made once for all requests. */
  readonly refusal: (reason: "full" | "share", most: number) => Error;
}

interface Waiting {
  readonly caller: string;
  readonly amount: number;
  readonly admit: () => void;
}

/**
 * Bounds what all callers together, and each of them, have in use at once. A burst may wait a moment, and a request whose
 * turn does not come in time is refused: an endless queue would hide that readers who may take hours hold everything. A
 * caller that has its share in use is refused alone, and holds up nobody else.
 */
export class FairLimit {
  /** How much there is of it. */
  readonly max: number;
  readonly #shareMax: number;
  readonly #waitingMax: number;
  readonly #waitingShareMax: number;
  readonly #waitMs: number;
  /** One error for all refusals: a stack trace for each would cost the most under load. */
  readonly #refusals: { readonly full: Error; readonly share: Error };
  readonly #used = new Tally();
  readonly #queued = new Tally();
  /** The one that has waited longest first. */
  readonly #waiting = new Set<Waiting>();

  constructor({ max, sharePercent, waitingMax = 0, waitMs = 0, refusal }: FairLimitOptions) {
    const share = (all: number) => Math.max(1, Math.floor((all * sharePercent) / 100));
    this.max = max;
    this.#shareMax = share(max);
    this.#waitingMax = waitingMax;
    this.#waitingShareMax = Math.min(waitingMax, share(waitingMax));
    this.#waitMs = waitMs;
    this.#refusals = { full: refusal("full", max), share: refusal("share", this.#shareMax) };
  }

  /** How much all callers have in use. */
  get used(): number {
    return this.#used.total;
  }

  /** How many requests wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Throws the refusal if {@link enter} would refuse every caller now. */
  check(): void {
    if (this.#used.total >= this.max && this.#queued.total >= this.#waitingMax) throw this.#refusals.full;
  }

  /**
   * Takes `amount`, which {@link leave} gives back. Throws a refusal if it is not free in time, and the signal's reason if
   * that is aborted first.
   */
  async enter(caller: string, amount = 1, signal?: AbortSignal): Promise<void> {
    if (this.tryEnter(caller, amount)) return;
    if (this.#queued.of(caller) >= this.#waitingShareMax) throw this.refusalFor(caller, amount);
    if (this.#queued.total >= this.#waitingMax) throw this.#refusals.full;
    signal?.throwIfAborted();
    await this.#wait(caller, amount, signal);
  }

  /**
   * Takes `amount` if it is free and nobody else waits for it. With a `part` below 1 only that part of everything, and of
   * the caller's share, may be in use afterwards: what is no more than useful leaves the rest to what is needed.
   */
  tryEnter(caller: string, amount: number, part = 1): boolean {
    const fits = this.#isWithinShare(caller, amount, part) && this.#used.total + amount <= this.max * part;
    if (!fits || this.#nextWaiting() !== undefined) return false;
    this.#used.add(caller, amount);
    return true;
  }

  leave(caller: string, amount = 1): void {
    this.#used.add(caller, -amount);
    this.#admit();
  }

  /** The error for a caller that does not get `amount`. */
  refusalFor(caller: string, amount: number): Error {
    // Where the share is everything, there is no less for this caller than for others.
    const isFull = this.#shareMax >= this.max || this.#isWithinShare(caller, amount);
    return isFull ? this.#refusals.full : this.#refusals.share;
  }

  #admit(): void {
    for (let next = this.#nextWaiting(); next !== undefined; next = this.#nextWaiting()) {
      if (this.#used.total + next.amount > this.max) return;
      this.#used.add(next.caller, next.amount);
      next.admit();
    }
  }

  #isWithinShare(caller: string, amount: number, part = 1): boolean {
    const used = this.#used.of(caller);
    return used === 0 || used + amount <= this.#shareMax * part;
  }

  /** The first that waits for its turn, and not for its own caller. */
  #nextWaiting(): Waiting | undefined {
    for (const waiting of this.#waiting) {
      if (this.#isWithinShare(waiting.caller, waiting.amount)) return waiting;
    }
    return undefined;
  }

  #wait(caller: string, amount: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(waiting);
      this.#queued.add(caller, -1);
      outcome();
    };
    const giveUp = (reason: Error) => {
      settle(() => reject(reason));
      // It may have stood before others, for which there is enough.
      this.#admit();
    };
    const waiting = { caller, amount, admit: () => settle(resolve) };
    const onAbort = () => giveUp(signal?.reason as Error);
    const timer = setTimeout(() => giveUp(this.refusalFor(caller, amount)), this.#waitMs);
    this.#waiting.add(waiting);
    this.#queued.add(caller, 1);
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  }
}

/** Amounts by caller, and their sum. Keeps nothing of a caller that has nothing. */
class Tally {
  readonly #amounts = new Map<string, number>();
  total = 0;

  of(caller: string): number {
    return this.#amounts.get(caller) ?? 0;
  }

  add(caller: string, amount: number): void {
    const sum = this.of(caller) + amount;
    if (sum === 0) this.#amounts.delete(caller);
    else this.#amounts.set(caller, sum);
    this.total += amount;
  }
}
