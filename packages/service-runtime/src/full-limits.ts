/** A limit, and how much of it is in use. */
export interface LimitUse {
  readonly used: number;
  readonly max: number;
  /** With less than this free, it is full. Default: one. */
  readonly least?: number;
}

const freePart = 0.8;

/** Which limits are full, for a readiness that does not flap: one that was full stays so until a fifth of it is free. */
export class FullLimits {
  readonly #limits: () => Readonly<Record<string, LimitUse>>;
  readonly #full = new Set<string>();

  /** Each limit has the name of what it counts, in the plural. */
  constructor(limits: () => Readonly<Record<string, LimitUse>>) {
    this.#limits = limits;
  }

  /** A sentence about the first limit that is full now, or was at an earlier call and is not free enough yet. */
  problem(): string | undefined {
    const problems = Object.entries(this.#limits()).flatMap(([what, { used, max, least = 1 }]) => {
      const freeAt = Math.floor(max * freePart);
      if (used + least > max) this.#full.add(what);
      else if (used <= freeAt) this.#full.delete(what);
      if (!this.#full.has(what)) return [];
      return [`Too many ${what} are in use: ${used} of ${max}. Ready again at ${freeAt}.`];
    });
    return problems[0];
  }
}
