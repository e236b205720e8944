import { OperationError } from "@front-door/operations";
import { untilAborted } from "../databricks/until-aborted.ts";
import { withinBytes } from "./bounded-fetch.ts";
import { decompress, type Operation, type RowSet, type RowSetProvider, rowSetsOf } from "./driver.ts";
import { FetchSize, fetchBytesMax, memoryFor, smallFetchBytes } from "./fetch-size.ts";
import { type Again, fetching, isSurelyNotRun, repeatCall } from "./repeat-call.ts";
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

/** The rows of a statement that has run, as Arrow record batches. */
export class StatementRows {
  readonly #rowSets: RowSetProvider;
  readonly #encoding: RowEncoding;
  readonly #limits: RowLimits;
  readonly #signal: AbortSignal;
  readonly #fetchSize = new FetchSize();
  #rowsFetched = 0;
  /** Whether there are more rows than the limit. Known when all have been read. */
  truncated = false;

  constructor(operation: Operation, encoding: RowEncoding, limits: RowLimits, signal: AbortSignal) {
    this.#rowSets = rowSetsOf(operation);
    this.#encoding = encoding;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** While the rows of one fetch are written, one more fetch is under way, if there is memory for it. */
  async *read(): AsyncGenerator<RowBatch, void, void> {
    const rowSets = this.#rowSets;
    const { schemaBytes, lz4 } = this.#encoding;
    let rowsLeft = this.#limits.rowLimit ?? Number.POSITIVE_INFINITY;
    let fetching: Promise<RowSet> | undefined;
    while (!this.truncated && (fetching !== undefined || (await rowSets.hasMore()))) {
      fetching ??= this.#fetchNext(rowsLeft, this.#bytesToFetch());
      const { arrowBatches: batches = [] } = await fetching;
      fetching = undefined;
      const rowsAfter = rowsLeft - batches.reduce((rows, { rowCount }) => rows + rowCount.toNumber(true), 0);
      this.truncated = rowsAfter < 0;
      const hasMore = !this.truncated && (await rowSets.hasMore());
      for (const { batch, rowCount } of batches) {
        const rows = Math.min(rowCount.toNumber(true), rowsLeft);
        if (rows === 0) continue;
        const bytes = lz4 ? decompress(batch) : batch;
        // Before the next fetch, which is as large as rows of this width allow.
        this.#fetchSize.saw(rowCount.toNumber(true), bytes.length);
        if (fetching === undefined && this.#mayFetchAhead(batches, hasMore)) {
          fetching = this.#fetchNext(rowsAfter, fetchBytesMax);
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
    if (memory.tryHold(memoryFor(fetchBytesMax))) return fetchBytesMax;
    memory.hold(memoryFor(smallFetchBytes));
    return smallFetchBytes;
  }

  /** Whether one more fetch may be under way beside the rows that have come. */
  #mayFetchAhead(batches: NonNullable<RowSet["arrowBatches"]>, hasMore: boolean): boolean {
    const { memory } = this.#limits;
    const bytes = batches.reduce((sum, { batch }) => sum + batch.length, 0);
    if (hasMore && memory.tryHold(memoryFor(bytes + fetchBytesMax))) return true;
    memory.hold(memoryFor(bytes));
    return false;
  }

  /** The next row set; one without rows at the end. One row more than wanted is fetched, to know whether there are more. */
  async #fetchNext(rowsLeft: number, bytesMax: number): Promise<RowSet> {
    const limit = Math.min(this.#fetchSize.rowsWithin(bytesMax), rowsLeft + 1);
    const failures: unknown[] = [];
    const again: Again = (failure, attempt) => {
      failures.push(failure);
      return fetching(failure, attempt);
    };
    const patience = { signal: this.#signal, endsAt: performance.now() + this.#limits.timeoutMs };
    const fetched = repeatCall(
      () => withinBytes(bytesMax, () => this.#rowSets.fetchNext({ limit })),
      again,
      patience,
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
