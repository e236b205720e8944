/** What a first attempt earns. Less than 0.1, so that what is saved up, and what ends a statement that failed, is in the tenth too. */
const earned = 0.08;
const savedMax = 5;
/** A quiet workspace gets a retry after this time without one. */
const quietMs = 1_000;

/**
 * The retries of all calls to one workspace: at most a tenth of its requests, so that an outage is not multiplied. Five can
 * be saved up, and one a second is always free, for a workspace that is asked too little to earn any.
 */
export class RetryBudget {
  #saved = savedMax;
  #takenMs = Number.NEGATIVE_INFINITY;

  /** A call is sent for the first time. What repeats several calls together earns nothing of its own. */
  earn(): void {
    this.#saved = Math.min(this.#saved + earned, savedMax);
  }

  /** Whether a call may be sent again, where that makes `requests` requests. */
  take(requests = 1, now = performance.now()): boolean {
    const isQuiet = now - this.#takenMs >= quietMs;
    if (this.#saved < requests && !isQuiet) return false;
    this.#saved = Math.max(this.#saved - requests, 0);
    this.#takenMs = now;
    return true;
  }
}
