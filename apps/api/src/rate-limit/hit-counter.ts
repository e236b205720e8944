/** Counts hits of a key, each key in a window of its own that begins with its first hit. */
export interface HitCounter {
  /** Adds one, and never refuses. */
  penalty(key: string): Hits | Promise<Hits>;
}

export interface Hits {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

export const windowSeconds = 60;
const windowMs = windowSeconds * 1000;
const defaultKeysMax = 10_000;

interface Window {
  count: number;
  readonly endsAt: number;
}

/**
 * Counts in this process, in bounded memory: beyond `keysMax` keys, the oldest windows are forgotten. (The library's own
 * counter has a timer for each key and no bound, so a stranger's invented keys would fill the memory.)
 */
export class HitsInMemory implements HitCounter {
  readonly #keysMax: number;
  /** All windows are equally long, so a Map has those first that end first. */
  readonly #windows = new Map<string, Window>();

  constructor(keysMax = defaultKeysMax) {
    this.#keysMax = keysMax;
  }

  get keys(): number {
    return this.#windows.size;
  }

  penalty(key: string): Hits {
    const now = performance.now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      this.#windows.delete(key);
      this.#makeRoom(now);
      window = { count: 0, endsAt: now + windowMs };
      this.#windows.set(key, window);
    }
    window.count += 1;
    return { consumedPoints: window.count, msBeforeNext: window.endsAt - now };
  }

  #makeRoom(now: number): void {
    for (const [key, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < this.#keysMax) return;
      this.#windows.delete(key);
    }
  }
}
