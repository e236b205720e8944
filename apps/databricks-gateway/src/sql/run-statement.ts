import { OperationError, type SqlParameter } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { untilAborted } from "../databricks/until-aborted.ts";
import { withinBytes } from "./bounded-fetch.ts";
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
import { FetchSize, fetchBytesMax, fetchRowsFirst, memoryFor, smallFetchBytes } from "./fetch-size.ts";
import { describeColumns } from "./serialize/columns.ts";
import type { QueryResult } from "./serialize/query-result.ts";
import { decodeSchema, type RowBatch } from "./serialize/row-batch.ts";
import { leavesSessionAsItWas } from "./session-safety.ts";
import { settledWithin } from "./settled-within.ts";
import type { CheckedOutSession, SessionSettings, SqlClient } from "./sql-client.ts";
import { hasEnded, isInvalidSession, toStatementError } from "./statement-error.ts";
import { toDriverParameters } from "./statement-parameters.ts";
import type { StreamMemory } from "./stream-memory.ts";

export interface StatementRequest {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlParameter>> | readonly SqlParameter[] | undefined;
  readonly session: SessionSettings;
  /** Undefined: all rows. */
  readonly rowLimit: number | undefined;
  /** Whose share of the identity's statements it takes. */
  readonly caller: string;
  /** Has what a small fetch takes. */
  readonly memory: StreamMemory;
}

/** Limits the calls that end a statement: in the driver, a call whose reply was cut off never settles. */
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
    throw await toStatementError(error, redact);
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
    const { session, caller } = this.#request;
    this.#checkedOut = await this.#client.checkOut(session, caller, this.#signal);
    const operation = await this.#execute().catch(async (error: unknown) => {
      if (!isInvalidSession(error)) throw error;
      const expired = this.#checkedOut as CheckedOutSession;
      this.#checkedOut = undefined;
      this.#checkedOut = await this.#client.replace(expired, session, this.#signal);
      return this.#execute();
    });
    this.#operation = operation;
    await this.#orAborted(operation.finished());
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
      throw await toStatementError(error, this.#redact);
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
    const fetching = withinBytes(bytesMax, () => rowSets.fetchNext({ limit }));
    return (await this.#orAborted(fetching)) ?? {};
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

  async #execute(): Promise<Operation> {
    const { sql, params, rowLimit } = this.#request;
    const { session } = this.#checkedOut as CheckedOutSession;
    const options = {
      ...toDriverParameters(params),
      // Rows in the reply to ExecuteStatement itself.
      maxRows: Math.min(fetchRowsFirst, (rowLimit ?? fetchRowsFirst) + 1),
      // Cloud fetch downloads ten files at a time even if nobody reads them, so memory would have no bound.
      useCloudFetch: false,
      useLZ4Compression: true,
    };
    this.#executing = this.#client.whileNotStarted(
      () => session.executeStatement(sql, options),
      this.#signal,
    );
    return this.#orAborted(this.#executing);
  }

  #orAborted<T>(work: Promise<T>): Promise<T> {
    return untilAborted(work, this.#signal);
  }
}

/** Cancels the operation. Its session can be closed afterwards, even if this fails. */
function cancelAlone(operation: Operation): Promise<unknown> {
  detachFromSession(operation);
  return operation.cancel();
}
