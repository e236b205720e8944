import { limitRefusal, OperationError } from "@front-door/operations";
import { FairLimit } from "@front-door/service-runtime";
import type { Patience } from "../databricks/repeat-call.ts";
import { rowBytesMax as defaultRowBytesMax, memoryFor } from "./fetch-size.ts";

const waitingMax = 1_024;
const waitMs = 5_000;
/** Longer than any deadline. */
const largeRowsWaitMs = 3_600_000;
const mebibyte = 1024 * 1024;
/** Of the memory. What makes one stream faster leaves the rest to other streams, which could not run at all without. */
const partForSpeed = 0.5;
/** Of the time that is left for a wait: the rest is for telling the caller that it was memory that was short. */
const partForMemory = 0.8;
interface StreamMemorySettings {
  readonly streamBytesMax: number;
  readonly callerSharePercent: number;
  /** For tests. */
  readonly rowBytesMax?: number;
}

/** The memory of all streams in bytes. */
export interface StreamMemoryLimits {
  /** What streams take before anything runs. Who finds too little waits up to 5 s, and is refused. */
  readonly streams: FairLimit;
  /** For rows that are larger than a fetch, where the streams' memory has no room to spare for them. */
  readonly largeRows: FairLimit;
  /** The most bytes of rows in one reply, and of one batch when it is decompressed. */
  readonly rowBytesMax: number;
}

export function streamMemoryLimits({
  streamBytesMax,
  callerSharePercent: sharePercent,
  rowBytesMax = defaultRowBytesMax,
}: StreamMemorySettings): StreamMemoryLimits {
  return {
    streams: new FairLimit({
      max: streamBytesMax,
      sharePercent,
      waitingMax,
      waitMs,
      refusal: refusalOf("Files and query results"),
    }),
    largeRows: new FairLimit({
      // Room for one reply of the largest size while another one's rows are read slowly.
      max: memoryFor(rowBytesMax) + rowBytesMax,
      sharePercent,
      waitingMax,
      waitMs: largeRowsWaitMs,
      refusal: (reason, most) =>
        // Unlike at the start of a stream, the statement has run.
        refusalOf("Large rows of query results")(reason, most).with({ surelyNotRun: false }),
    }),
    rowBytesMax,
  };
}

function refusalOf(what: string) {
  return (reason: "full" | "share", most: number): OperationError => {
    const memory = `${Math.floor(most / mebibyte)} MiB`;
    const sentence =
      reason === "full"
        ? `${what} take all ${memory} of memory.`
        : `This caller's ${what.charAt(0).toLowerCase()}${what.slice(1)} take its share of ${memory}.`;
    return limitRefusal(reason, sentence);
  };
}

/** What one stream holds in memory: its part of what all streams together may hold. */
export class StreamMemory {
  readonly #limits: StreamMemoryLimits;
  readonly #caller: string;
  #bytes = 0;
  #largeRowsBytes = 0;
  #isReleased = false;

  constructor(limits: StreamMemoryLimits, caller: string) {
    this.#limits = limits;
    this.#caller = caller;
  }

  get rowBytesMax(): number {
    return this.#limits.rowBytesMax;
  }

  /** Whether it holds memory that is for large rows. */
  get hasLargeRows(): boolean {
    return this.#largeRowsBytes > 0;
  }

  /**
   * Waits a moment for the first `bytes`. Throws TEMPORARILY_UNAVAILABLE or RESOURCE_EXHAUSTED, also when the time ends
   * first, or the signal's other reasons.
   */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    await this.#enter(this.#limits.streams, bytes, signal);
    this.#bytes += bytes;
  }

  /** Whether the stream may hold `bytes` in all from now on, to be faster; if not, it may hold as much as before. */
  tryHold(bytes: number): boolean {
    // Nobody would give back what it took now.
    if (this.#isReleased) return false;
    const more = bytes - this.#held;
    if (more > 0) {
      if (!this.#limits.streams.tryEnter(this.#caller, more, partForSpeed)) return false;
      this.#bytes += more;
    } else {
      this.shrink(bytes);
    }
    return true;
  }

  /**
   * Holds `bytes` in all from now on, since its rows have so many. Waits for memory that is for large rows if there is no
   * other, and gives up in time for its error to reach the caller. Throws as {@link take} does.
   */
  async hold(bytes: number, { signal, endsAt }: Required<Patience>): Promise<void> {
    if (this.tryHold(bytes)) return;
    const more = bytes - this.#held;
    const waitMs = Math.max(Math.floor((endsAt - performance.now()) * partForMemory), 0);
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
    await this.#enter(this.#limits.largeRows, more, inTime);
    this.#largeRowsBytes += more;
    if (this.#isReleased) this.shrink(0);
  }

  /** Holds no more than `bytes` in all from now on. */
  shrink(bytes: number): void {
    const { streams, largeRows } = this.#limits;
    const surplus = Math.max(this.#held - bytes, 0);
    const ofLargeRows = Math.min(surplus, this.#largeRowsBytes);
    if (ofLargeRows > 0) largeRows.leave(this.#caller, ofLargeRows);
    this.#largeRowsBytes -= ofLargeRows;
    const ofStreams = surplus - ofLargeRows;
    if (ofStreams > 0) streams.leave(this.#caller, ofStreams);
    this.#bytes -= ofStreams;
  }

  /** The stream has ended. */
  release(): void {
    this.#isReleased = true;
    this.shrink(0);
  }

  get #held(): number {
    return this.#bytes + this.#largeRowsBytes;
  }

  /** It is not Databricks that is late if the deadline ends the wait. */
  async #enter(limit: FairLimit, bytes: number, signal: AbortSignal): Promise<void> {
    try {
      await limit.enter(this.#caller, bytes, signal);
    } catch (error) {
      throw isLate(error) ? limit.refusalFor(this.#caller, bytes) : error;
    }
  }
}

function isLate(error: unknown): boolean {
  if (error instanceof OperationError) return error.code === "DEADLINE_EXCEEDED";
  return error instanceof DOMException && error.name === "TimeoutError";
}
