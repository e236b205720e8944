/** A longer timer of Node's ends at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

interface Waiting {
  readonly at: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * The time by which states change that take time: of runs, clusters, pipelines and warehouses. It goes as the machine's, unless it is
 * held: then it goes on by {@link step} alone, so that a test sees every state for as long as it likes.
 */
export class Clock {
  readonly #isHeld: boolean;
  readonly #waiting = new Set<Waiting>();
  #now: number;
  #steps = 0;

  constructor(isHeld = false) {
    this.#isHeld = isHeld;
    this.#now = Date.now();
  }

  /** Epoch milliseconds. */
  now(): number {
    return (this.#isHeld ? this.#now : Date.now()) + this.#steps;
  }

  /** Makes time pass at once. */
  step(ms: number): void {
    this.#steps += ms;
    for (const waiting of this.#waiting) this.#schedule(waiting);
  }

  /** Resolves after this time, or as soon as the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting: Waiting = { at: this.now() + ms, wake: () => resolve(), timer: undefined };
    const end = () => this.#end(waiting);
    signal.addEventListener("abort", end, { once: true });
    this.#waiting.add(waiting);
    this.#schedule(waiting);
    return promise.finally(() => signal.removeEventListener("abort", end));
  }

  #schedule(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    const ms = waiting.at - this.now();
    if (ms <= 0) this.#end(waiting);
    else if (!this.#isHeld)
      waiting.timer = setTimeout(() => this.#schedule(waiting), Math.min(ms, TIMER_MS_MAX)).unref();
  }

  #end(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    waiting.wake();
  }
}
