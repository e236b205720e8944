import { OperationError } from "@front-door/operations";
import type { Again, Patience } from "../databricks/repeat-call.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { untilAborted } from "../databricks/until-aborted.ts";
import { decompress, type Operation, type RowSet, type RowSetProvider, rowSetsOf } from "./driver.ts";
import { FetchSize, fetchBytesMax, memoryFor, memoryWith, smallFetchBytes } from "./fetch-size.ts";
import { decompressedBytes } from "./lz4-frame.ts";
import { fetching, isSurelyNotRun, repeatSqlCall } from "./repeat-sql-call.ts";
import { withinRoom } from "./reply-room.ts";
import { rowTooLarge } from "./row-too-large.ts";
import type { RowBatch } from "./serialize/row-batch.ts";
import type { StreamMemory } from "./stream-memory.ts";

/** How Databricks encodes the rows. */
interface RowEncoding {
  readonly schemaBytes: Uint8Array;
  readonly lz4: boolean;
}

export interface RowLimits {
  /** Undefined: all rows. */
  readonly rowLimit: number | undefined;
  /** How long the caller waits for the first rows, and for more rows after each pause. */
  readonly timeoutMs: number;
  /** Has what a small fetch takes. */
  readonly memory: StreamMemory;
}

type Batches = NonNullable<RowSet["arrowBatches"]>;

/** Holds memory for a reply of the largest size. Throws TEMPORARILY_UNAVAILABLE or RESOURCE_EXHAUSTED. */
export function holdLargestReply(memory: StreamMemory, patience: Required<Patience>): Promise<void> {
  return memory.hold(memoryFor(memory.rowBytesMax), patience);
}

/** The rows of a statement that has run, as Arrow record batches. */
export class StatementRows {
  readonly #rowSets: RowSetProvider;
  readonly #encoding: RowEncoding;
  readonly #limits: RowLimits;
  readonly #signal: AbortSignal;
  readonly #budget: RetryBudget;
  readonly #fetchSize = new FetchSize();
  /** Rejects once nobody reads the rows any more. */
  readonly #over = Promise.withResolvers<never>();
  #rowsFetched = 0;
  /** Until when the caller waits for the next rows. */
  #endsAt = 0;
  /** Whether there are more rows than the limit. Known when all have been read. */
  truncated = false;

  constructor(
    operation: Operation,
    encoding: RowEncoding,
    limits: RowLimits,
    { signal, budget }: { readonly signal: AbortSignal; readonly budget: RetryBudget },
  ) {
    this.#rowSets = rowSetsOf(operation);
    this.#encoding = encoding;
    this.#limits = limits;
    this.#signal = signal;
    this.#budget = budget;
    this.#over.promise.catch(() => undefined);
  }

  async *read(): AsyncGenerator<RowBatch, void, void> {
    try {
      yield* this.#read();
    } finally {
      // A reply that waits for memory would keep its connection for ever.
      this.#over.reject(new Error("nobody reads the rows any more"));
    }
  }

  /** While the rows of one fetch are written, one more fetch is under way, if there is memory for it. */
  async *#read(): AsyncGenerator<RowBatch, void, void> {
    const rowSets = this.#rowSets;
    const { schemaBytes, lz4 } = this.#encoding;
    let rowsLeft = this.#limits.rowLimit ?? Number.POSITIVE_INFINITY;
    let fetching: Promise<RowSet> | undefined;
    // Whether the rows before those of the fetch under way are written.
    let written = Promise.withResolvers<void>();
    while (!this.truncated && (fetching !== undefined || (await rowSets.hasMore()))) {
      written.resolve();
      // The caller has asked for more just now.
      this.#endsAt = performance.now() + this.#limits.timeoutMs;
      fetching ??= this.#fetchNext(rowsLeft, this.#bytesToFetch(), written.promise);
      const { arrowBatches: batches = [] } = await fetching;
      fetching = undefined;
      written = Promise.withResolvers();
      const bytesHeld = await this.#holdRows(batches);
      const rowsAfter = rowsLeft - batches.reduce((rows, { rowCount }) => rows + rowCount.toNumber(true), 0);
      this.truncated = rowsAfter < 0;
      const hasMore = !this.truncated && (await rowSets.hasMore());
      for (const { batch, rowCount } of batches) {
        const rows = Math.min(rowCount.toNumber(true), rowsLeft);
        if (rows === 0) continue;
        const bytes = lz4 ? decompressed(batch) : batch;
        // Before the next fetch, which is as large as rows of this width allow.
        this.#fetchSize.saw(rowCount.toNumber(true), bytes.length);
        if (fetching === undefined && hasMore && this.#mayFetchAhead(bytesHeld)) {
          fetching = this.#fetchNext(rowsAfter, fetchBytesMax, written.promise);
          // It may fail before it is awaited.
          fetching.catch(() => undefined);
        }
        yield { schemaBytes, bytes, rowCount: rows };
        rowsLeft -= rows;
      }
    }
  }

  /** Of a fetch that nothing is held beside. */
  #bytesToFetch(): number {
    const { memory } = this.#limits;
    memory.shrink(memoryFor(smallFetchBytes));
    return memory.tryHold(memoryFor(fetchBytesMax)) ? fetchBytesMax : smallFetchBytes;
  }

  /** Whether one more fetch may be under way beside rows that take `bytesHeld`. */
  #mayFetchAhead(bytesHeld: number): boolean {
    const { memory } = this.#limits;
    return !memory.hasLargeRows && memory.tryHold(bytesHeld + memoryFor(fetchBytesMax));
  }

  /** Holds what the rows of one fetch take: as they came, and the largest batch decompressed. Throws ROW_TOO_LARGE. */
  async #holdRows(batches: Batches): Promise<number> {
    const came = batches.reduce((sum, { batch }) => sum + batch.length, 0);
    let largest = 0;
    if (this.#encoding.lz4) for (const { batch } of batches) largest = Math.max(largest, sizeOf(batch));
    const { memory } = this.#limits;
    if (largest > memory.rowBytesMax) throw rowTooLarge(memory.rowBytesMax);
    const bytes = memoryWith(came + largest);
    await memory.hold(bytes, { signal: this.#signal, endsAt: this.#endsAt });
    return bytes;
  }

  /** The next row set; one without rows at the end. One row more than wanted is fetched, to know whether there are more. */
  async #fetchNext(rowsLeft: number, bytesMax: number, written: Promise<void>): Promise<RowSet> {
    const limit = Math.min(this.#fetchSize.rowsWithin(bytesMax), rowsLeft + 1);
    const failures: unknown[] = [];
    const again: Again = (failure, attempt) => {
      failures.push(failure);
      return fetching(failure, attempt);
    };
    // Memory for a larger reply is not taken while other rows are held, which can be for as long as their reader likes.
    const { memory } = this.#limits;
    const more = async () => {
      await untilAborted(Promise.race([written, this.#over.promise]), this.#signal);
      await holdLargestReply(memory, { signal: this.#signal, endsAt: this.#endsAt });
    };
    const patience = { signal: this.#signal, endsAt: performance.now() + this.#limits.timeoutMs };
    const fetched = repeatSqlCall(
      () =>
        withinRoom({ bytesMax, rowBytesMax: memory.rowBytesMax, more }, () =>
          this.#rowSets.fetchNext({ limit }),
        ),
      again,
      patience,
      { budget: this.#budget },
    );
    const rowSet = (await untilAborted(fetched, this.#signal)) ?? {};
    if (failures.length > 0) this.#checkPosition(rowSet, failures.every(isSurelyNotRun));
    for (const { rowCount } of rowSet.arrowBatches ?? []) this.#rowsFetched += rowCount.toNumber(true);
    return rowSet;
  }

  /**
   * A fetch that was repeated may have run before, and then its rows are lost: the next ones begin too late. A server that
   * does not count says 0, which is believed only if no fetch ran before.
   */
  #checkPosition({ startRowOffset }: RowSet, surelyNotRunBefore: boolean): void {
    const position = startRowOffset?.toNumber(true) ?? 0;
    if (position === this.#rowsFetched || (position === 0 && surelyNotRunBefore)) return;
    throw new OperationError(
      "UPSTREAM_UNREACHABLE",
      "Databricks' reply with a part of the result was lost.",
      {
        cause: new Error(`the rows begin at ${position} instead of ${this.#rowsFetched}`),
      },
    );
  }
}

/** The bytes of a batch when it is decompressed. Throws UPSTREAM_INVALID_RESPONSE. */
function sizeOf(batch: Uint8Array): number {
  return readable(() => decompressedBytes(batch, fetchBytesMax));
}

function decompressed(batch: Uint8Array): Uint8Array {
  return readable(() => decompress(batch));
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new OperationError(
      "UPSTREAM_INVALID_RESPONSE",
      "Databricks sent rows that cannot be decompressed.",
      {
        cause,
      },
    );
  }
}
