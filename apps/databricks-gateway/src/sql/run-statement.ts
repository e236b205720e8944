import { OperationError, type SqlParameter, whyNotReading } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { untilAborted } from "../databricks/until-aborted.ts";
import { withinBytes } from "./bounded-fetch.ts";
import { StatusFailure, wordsOf } from "./call-failure.ts";
import {
  arrowBasedSet,
  decompress,
  detachFromSession,
  metadataOf,
  type Operation,
  type RowSet,
  type RowSetProvider,
  rowSetsOf,
} from "./driver.ts";
import { failureAtStage, type Stage } from "./failure-at-stage.ts";
import { FetchSize, fetchBytesMax, fetchRowsFirst, memoryFor, smallFetchBytes } from "./fetch-size.ts";
import { type Again, executing, fetching, isSurelyNotRun, repeatCall } from "./repeat-call.ts";
import { describeColumns } from "./serialize/columns.ts";
import type { QueryResult } from "./serialize/query-result.ts";
import { decodeSchema, type RowBatch } from "./serialize/row-batch.ts";
import { leavesSessionAsItWas } from "./session-safety.ts";
import { settledWithin } from "./settled-within.ts";
import {
  type CheckedOutSession,
  isDeadline,
  type SessionPatience,
  type SessionSettings,
  type SqlClient,
} from "./sql-client.ts";
import { hasEnded } from "./statement-error.ts";
import { toDriverParameters } from "./statement-parameters.ts";
import type { StreamMemory } from "./stream-memory.ts";
import { isRefusal, isWarehouseGone } from "./warehouse-state.ts";

export interface StatementRequest {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlParameter>> | readonly SqlParameter[] | undefined;
  readonly session: SessionSettings;
  /** Undefined: all rows. */
  readonly rowLimit: number | undefined;
  /** How long the caller waits for the first rows, and for more rows after each pause. */
  readonly timeoutMs: number;
  /** Whether the statement can move to another warehouse if this one is stopped. */
  readonly mayMove: boolean;
  /** Whose share of the identity's statements it takes. */
  readonly caller: string;
  /** Has what a small fetch takes. */
  readonly memory: StreamMemory;
}

/** Limits the calls that end a statement. */
const endMs = 3_000;

/**
 * Runs one statement and resolves when it has ended at Databricks; its rows are fetched as they are read. Both throw
 * OperationErrors. When `signal` is aborted, the statement is cancelled at Databricks.
 */
export async function runStatement(
  client: SqlClient,
  request: StatementRequest,
  signal: AbortSignal,
  redact: Redactor,
): Promise<QueryResult> {
  const run = new StatementRun(client, request, signal, redact);
  try {
    return {
      ...(await run.start()),
      batches: run.batches(),
      isTruncated: () => run.truncated,
      abandon: () => run.abandon(),
    };
  } catch (error) {
    if (hasEnded(error)) run.finish();
    else run.abandon();
    throw run.toFailure(error);
  }
}

/** One statement and its session, from the start to the end of both. */
class StatementRun {
  readonly #client: SqlClient;
  readonly #request: StatementRequest;
  readonly #signal: AbortSignal;
  readonly #redact: Redactor;
  readonly #fetchSize = new FetchSize();
  #checkedOut: CheckedOutSession | undefined;
  /** ExecuteStatement failed in the session, so it is not used again (docs/sdk-transport.md, driver 8). */
  #isSessionSpent = false;
  #stage: Stage = "opening";
  #rowsFetched = 0;
  #executing: Promise<Operation> | undefined;
  #operation: Operation | undefined;
  #arrow: { readonly schemaBytes: Uint8Array; readonly lz4: boolean } | undefined;
  truncated = false;

  constructor(client: SqlClient, request: StatementRequest, signal: AbortSignal, redact: Redactor) {
    this.#client = client;
    this.#request = request;
    this.#signal = signal;
    this.#redact = redact;
  }

  /** Runs the statement to its end at Databricks and returns the columns of its result. */
  async start(): Promise<Pick<QueryResult, "columns" | "schemaBytes">> {
    const { timeoutMs, mayMove } = this.#request;
    const patience = { signal: this.#signal, endsAt: performance.now() + timeoutMs, mayMove };
    const whenSent = executing(() => this.#reads);
    let lastRefusal: unknown;
    const again: Again = (failure, attempt) => {
      // OpenSession has been repeated already.
      if (this.#checkedOut === undefined || (mayMove && isWarehouseGone(wordsOf(failure)))) return undefined;
      lastRefusal = failure;
      return whenSent(failure, attempt);
    };
    const operation = await repeatCall(() => this.#execute(patience), again, patience).catch(
      (error: unknown) => {
        // It did not run, and Databricks has said why.
        throw isDeadline(error) && this.#stage === "opening" ? (lastRefusal ?? error) : error;
      },
    );
    this.#operation = operation;
    this.#stage = "accepted";
    await this.#orAborted(operation.finished());
    this.#stage = "succeeded";
    if ((await this.#orAborted(operation.getSchema())) === null)
      return { columns: [], schemaBytes: undefined };
    const { arrowSchema, resultFormat, lz4Compressed } = await this.#orAborted(metadataOf(operation));
    if (arrowSchema === undefined || resultFormat !== arrowBasedSet) {
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks did not send the result as Arrow.", {
        cause: new Error(`result format ${resultFormat}`),
      });
    }
    this.#arrow = { schemaBytes: arrowSchema, lz4: lz4Compressed };
    return { columns: describeColumns(decodeSchema(arrowSchema)), schemaBytes: arrowSchema };
  }

  /** The result, fetched as it is read. Everything is closed when it ends or its reader leaves. */
  async *batches(): AsyncGenerator<RowBatch, void, void> {
    try {
      if (this.#arrow !== undefined && this.#operation !== undefined) {
        yield* this.#fetch(this.#operation, this.#arrow);
      }
      this.finish();
    } catch (error) {
      this.abandon();
      throw this.toFailure(error);
    } finally {
      this.abandon();
    }
  }

  /** While the rows of one fetch are written, one more fetch is under way, if there is memory for it. */
  async *#fetch(
    operation: Operation,
    { schemaBytes, lz4 }: { readonly schemaBytes: Uint8Array; readonly lz4: boolean },
  ): AsyncGenerator<RowBatch, void, void> {
    const rowSets = rowSetsOf(operation);
    let rowsLeft = this.#request.rowLimit ?? Number.POSITIVE_INFINITY;
    let fetching: Promise<RowSet> | undefined;
    while (!this.truncated && (fetching !== undefined || (await rowSets.hasMore()))) {
      fetching ??= this.#fetchNext(rowSets, rowsLeft, this.#bytesToFetch());
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
          fetching = this.#fetchNext(rowSets, rowsAfter, fetchBytesMax);
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
    const { memory } = this.#request;
    if (memory.tryHold(memoryFor(fetchBytesMax))) return fetchBytesMax;
    memory.hold(memoryFor(smallFetchBytes));
    return smallFetchBytes;
  }

  /** Whether one more fetch may be under way beside the rows that have come. */
  #mayFetchAhead(batches: NonNullable<RowSet["arrowBatches"]>, hasMore: boolean): boolean {
    const { memory } = this.#request;
    const bytes = batches.reduce((sum, { batch }) => sum + batch.length, 0);
    if (hasMore && memory.tryHold(memoryFor(bytes + fetchBytesMax))) return true;
    memory.hold(memoryFor(bytes));
    return false;
  }

  /** The next row set; one without rows at the end. One row more than wanted is fetched, to know whether there are more. */
  async #fetchNext(rowSets: RowSetProvider, rowsLeft: number, bytesMax: number): Promise<RowSet> {
    const limit = Math.min(this.#fetchSize.rowsWithin(bytesMax), rowsLeft + 1);
    const failures: unknown[] = [];
    const again: Again = (failure, attempt) => {
      failures.push(failure);
      return fetching(failure, attempt);
    };
    const patience = { signal: this.#signal, endsAt: performance.now() + this.#request.timeoutMs };
    const fetched = repeatCall(
      () => withinBytes(bytesMax, () => rowSets.fetchNext({ limit })),
      again,
      patience,
    );
    const rowSet = (await this.#orAborted(fetched)) ?? {};
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

  /** Starts to cancel the statement and to close its session. Has no effect once the statement was finished or abandoned. */
  abandon(): void {
    const checkedOut = this.#checkedOut;
    this.#checkedOut = undefined;
    if (checkedOut !== undefined) void this.#giveUp(checkedOut);
  }

  async #giveUp(checkedOut: CheckedOutSession): Promise<void> {
    if (this.#operation === undefined) {
      // Only the reply to ExecuteStatement has the handle to cancel with, and it can be late. Closing the session ends its
      // statements without one.
      this.#executing?.then(cancelAlone).catch(() => undefined);
    } else {
      await settledWithin(cancelAlone(this.#operation), endMs);
    }
    this.#client.drop(checkedOut);
  }

  /**
   * For a statement that has ended: starts to close its operation (otherwise it leaks: docs/sdk-transport.md, driver 10)
   * and passes its session on. Has no effect once the statement was finished or abandoned.
   */
  finish(): void {
    const checkedOut = this.#checkedOut;
    this.#checkedOut = undefined;
    if (checkedOut !== undefined) void this.#handOn(checkedOut);
  }

  async #handOn(checkedOut: CheckedOutSession): Promise<void> {
    // If the first reply held the whole result, Databricks has closed the operation already, and may refuse to close it.
    const closed = await settledWithin(this.#operation?.close() ?? Promise.resolve(), endMs);
    if (closed && leavesSessionAsItWas(this.#request.sql)) {
      this.#client.giveBack(checkedOut);
      return;
    }
    if (this.#operation !== undefined) detachFromSession(this.#operation);
    this.#client.drop(checkedOut);
  }

  /** Starts the statement in a session of its own: a new one for each attempt. */
  async #execute(patience: SessionPatience): Promise<Operation> {
    const { sql, params, rowLimit } = this.#request;
    const { session } = await this.#openSession(patience);
    const options = {
      ...toDriverParameters(params),
      // Rows in the reply to ExecuteStatement itself.
      maxRows: Math.min(fetchRowsFirst, (rowLimit ?? fetchRowsFirst) + 1),
      // Cloud fetch downloads ten files at a time even if nobody reads them, so memory would have no bound.
      useCloudFetch: false,
      useLZ4Compression: true,
    };
    this.#stage = "sent";
    this.#executing = session.executeStatement(sql, options);
    try {
      return await this.#orAborted(this.#executing);
    } catch (error) {
      if (isSurelyNotRun(error) || isOfCredential(error, this.#signal)) this.#stage = "opening";
      // What came along with the reply failed.
      if (error instanceof StatusFailure && !isRefusal(error)) this.#stage = "accepted";
      this.#isSessionSpent = true;
      throw error;
    }
  }

  async #openSession(patience: SessionPatience): Promise<CheckedOutSession> {
    const { session: settings, caller } = this.#request;
    const spent = this.#isSessionSpent ? this.#checkedOut : undefined;
    if (spent !== undefined) {
      this.#checkedOut = undefined;
      this.#isSessionSpent = false;
      this.#checkedOut = await this.#client.replace(spent, settings, patience);
    }
    this.#checkedOut ??= await this.#client.checkOut(settings, caller, patience);
    return this.#checkedOut;
  }

  /** Looked for only when it matters, since a long statement takes a while. */
  get #reads(): boolean {
    return whyNotReading(this.#request.sql) === undefined;
  }

  toFailure(error: unknown): OperationError {
    return failureAtStage(this.#stage, error, { reads: () => this.#reads, redact: this.#redact });
  }

  #orAborted<T>(work: Promise<T>): Promise<T> {
    return untilAborted(work, this.#signal);
  }
}

/** Whether there was no credential to send the statement with. */
function isOfCredential(error: unknown, signal: AbortSignal): boolean {
  return error instanceof OperationError && error !== signal.reason;
}

/** Cancels the operation. Its session can be closed afterwards, even if this fails. */
function cancelAlone(operation: Operation): Promise<unknown> {
  detachFromSession(operation);
  return operation.cancel();
}
