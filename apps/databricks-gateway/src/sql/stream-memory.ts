import { limitRefusal, OperationError } from "@front-door/operations";
import { FairLimit } from "@front-door/service-runtime";

const waitingMax = 1_024;
const waitMs = 5_000;
const mebibyte = 1024 * 1024;
/** Of the memory. What makes one stream faster leaves the rest to other streams, which could not run at all without. */
const partForSpeed = 0.5;

interface StreamMemoryLimits {
  readonly streamBytesMax: number;
  readonly callerSharePercent: number;
}

/** The memory of all streams in bytes. Who finds too little waits up to 5 s, and is refused before anything runs. */
export function streamMemoryLimit({ streamBytesMax, callerSharePercent }: StreamMemoryLimits): FairLimit {
  return new FairLimit({
    max: streamBytesMax,
    sharePercent: callerSharePercent,
    waitingMax,
    waitMs,
    refusal: (reason, most) => {
      const memory = `${Math.floor(most / mebibyte)} MiB`;
      return limitRefusal(
        reason,
        reason === "full"
          ? `Files and query results under way take all ${memory} of memory.`
          : `This caller's files and query results take its share of ${memory}.`,
      );
    },
  });
}

/** What one stream holds in memory: its part of what all streams together may hold. */
export class StreamMemory {
  readonly #budget: FairLimit;
  readonly #caller: string;
  #bytes = 0;

  constructor(budget: FairLimit, caller: string) {
    this.#budget = budget;
    this.#caller = caller;
  }

  /**
   * Waits a moment for the first `bytes`. Throws TEMPORARILY_UNAVAILABLE or RESOURCE_EXHAUSTED, also when the deadline
   * ends the wait, or the signal's other reasons.
   */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    await this.#enter(this.#budget, bytes, signal);
    this.#bytes += bytes;
  }

  /** Whether the stream may hold `bytes` in all from now on, to be faster; if not, it may hold as much as before. */
  tryHold(bytes: number): boolean {
    const more = bytes - this.#bytes;
    if (more > 0) {
      if (!this.#budget.tryEnter(this.#caller, more, partForSpeed)) return false;
      this.#bytes = bytes;
    } else {
      this.hold(bytes);
    }
    return true;
  }

  /** Counts the `bytes` that the stream holds in fact, even if they are more than it may. */
  hold(bytes: number): void {
    const more = bytes - this.#bytes;
    if (more > 0) this.#budget.force(this.#caller, more);
    if (more < 0) this.#budget.leave(this.#caller, -more);
    this.#bytes = bytes;
  }

  /** It is not Databricks that is late if the deadline ends the wait. */
  async #enter(limit: FairLimit, bytes: number, signal: AbortSignal): Promise<void> {
    try {
      await limit.enter(this.#caller, bytes, signal);
    } catch (error) {
      const isLate = error instanceof OperationError && error.code === "DEADLINE_EXCEEDED";
      throw isLate ? limit.refusalFor(this.#caller, bytes) : error;
    }
  }
}
