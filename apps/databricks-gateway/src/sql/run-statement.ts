import { OperationError, type SqlParameter } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { untilAborted } from "../databricks/until-aborted.ts";
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
import { FetchSize, fetchRowsFirst } from "./fetch-size.ts";
import { describeColumns } from "./serialize/columns.ts";
import type { QueryResult } from "./serialize/query-result.ts";
import { decodeSchema, type RowBatch } from "./serialize/row-batch.ts";
import { leavesSessionAsItWas } from "./session-safety.ts";
import { settledWithin } from "./settled-within.ts";
import type { CheckedOutSession, SessionSettings, SqlClient } from "./sql-client.ts";
import { hasEnded, isInvalidSession, toStatementError } from "./statement-error.ts";
import { toDriverParameters } from "./statement-parameters.ts";

export interface StatementRequest {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlParameter>> | readonly SqlParameter[] | undefined;
  readonly session: SessionSettings;
  /** Undefined: all rows. */
  readonly rowLimit: number | undefined;
}

/** For the calls that end a statement: a call whose reply was cut off never settles in the driver. */
const endMs = 3_000;

/**
 * Runs one statement, and resolves when Databricks has begun to answer it; the rows are fetched as they are asked for. Both
 * fail with OperationErrors. When `signal` is aborted the statement is cancelled at Databricks.
 */
export async function runStatement(
  client: SqlClient,
  request: StatementRequest,
  signal: AbortSignal,
  redact: Redactor,
): Promise<QueryResult> {
  const run = new StatementRun(client, request, signal);
  const toFailure = async (error: unknown) => {
    if (hasEnded(error)) run.finish();
    else run.abandon();
    return toStatementError(error, redact);
  };
  try {
    return {
      ...(await run.start()),
      batches: withFailure(run.batches(), toFailure),
      isTruncated: () => run.truncated,
      abandon: () => run.abandon(),
    };
  } catch (error) {
    throw await toFailure(error);
  }
}

/** One statement with its session, from its start to the end of both. */
class StatementRun {
  readonly #client: SqlClient;
  readonly #request: StatementRequest;
  readonly #signal: AbortSignal;
  readonly #fetchSize = new FetchSize();
  #checkedOut: CheckedOutSession | undefined;
  #executing: Promise<Operation> | undefined;
  #operation: Operation | undefined;
  #arrow: { readonly schemaBytes: Uint8Array; readonly lz4: boolean } | undefined;
  truncated = false;

  constructor(client: SqlClient, request: StatementRequest, signal: AbortSignal) {
    this.#client = client;
    this.#request = request;
    this.#signal = signal;
  }

  /** Runs the statement to its end at Databricks and gives the columns of its result. */
  async start(): Promise<Pick<QueryResult, "columns" | "schemaBytes">> {
    const { session } = this.#request;
    this.#checkedOut = await this.#client.checkOut(session, this.#signal);
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
    const {
      arrowSchema: schemaBytes,
      resultFormat,
      lz4Compressed,
    } = await this.#orAborted(metadataOf(operation));
    if (schemaBytes === undefined || resultFormat !== arrowBasedSet) {
      throw new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks did not send the result as Arrow.", {
        cause: new Error(`result format ${resultFormat}`),
      });
    }
    this.#arrow = { schemaBytes, lz4: lz4Compressed };
    return { columns: describeColumns(decodeSchema(schemaBytes)), schemaBytes };
  }

  /** The result, each fetch when it is asked for. When it ends, or its reader leaves, everything is closed. */
  async *batches(): AsyncGenerator<RowBatch, void, void> {
    let complete = false;
    try {
      if (this.#arrow !== undefined && this.#operation !== undefined) {
        yield* this.#fetch(this.#operation, this.#arrow);
      }
      complete = true;
    } finally {
      if (complete) this.finish();
      else this.abandon();
    }
  }

  /** While the rows of one fetch are written out, the next is on its way: one, however slow the reader is. */
  async *#fetch(
    operation: Operation,
    { schemaBytes, lz4 }: { readonly schemaBytes: Uint8Array; readonly lz4: boolean },
  ): AsyncGenerator<RowBatch, void, void> {
    const rowSets = rowSetsOf(operation);
    let rowsLeft = this.#request.rowLimit ?? Number.POSITIVE_INFINITY;
    let fetching = this.#fetchNext(rowSets, rowsLeft);
    for (let rowSet = await fetching; rowSet !== undefined; rowSet = await fetching) {
      const batches = rowSet.arrowBatches ?? [];
      const rowsAfter = rowsLeft - batches.reduce((rows, { rowCount }) => rows + rowCount.toNumber(true), 0);
      this.truncated = rowsAfter < 0;
      fetching = this.truncated ? Promise.resolve(undefined) : this.#fetchNext(rowSets, rowsAfter);
      // It may fail while nobody waits for it; whoever asks for it next hears of it.
      fetching.catch(() => undefined);
      for (const { batch, rowCount } of batches) {
        const rows = Math.min(rowCount.toNumber(true), rowsLeft);
        if (rows === 0) continue;
        const bytes = lz4 ? decompress(batch) : batch;
        this.#fetchSize.saw(rowCount.toNumber(true), bytes.length);
        yield { schemaBytes, bytes, rowCount: rows };
        rowsLeft -= rows;
      }
    }
  }

  /** The next row set, of one row more than is wanted, which tells whether there are more; undefined after the last. */
  async #fetchNext(rowSets: RowSetProvider, rowsLeft: number): Promise<RowSet | undefined> {
    // While this answers, the first batch of the rows before is seen, and with it how wide they are.
    if (!(await rowSets.hasMore())) return undefined;
    const limit = Math.min(this.#fetchSize.rows, rowsLeft + 1);
    return (await this.#orAborted(rowSets.fetchNext({ limit }))) ?? {};
  }

  /**
   * Begins at once to cancel what may run, and to close the session with all that is in it; without effect once all of
   * the result is there.
   */
  abandon(): void {
    const checkedOut = this.#checkedOut;
    this.#checkedOut = undefined;
    if (checkedOut !== undefined) void this.#giveUp(checkedOut);
  }

  async #giveUp(checkedOut: CheckedOutSession): Promise<void> {
    if (this.#operation === undefined) {
      // Databricks answers ExecuteStatement late, and only the answer has the handle to cancel by. To close the session
      // ends its statements without one.
      this.#executing?.then(cancelAlone).catch(() => undefined);
    } else {
      await settledWithin(cancelAlone(this.#operation), endMs);
    }
    this.#client.drop(checkedOut);
  }

  /**
   * For a statement that has ended, well or not: begins to close its operation (one that is not closed leaks:
   * docs/sdk-transport.md, driver 10) and hands its session on. Without effect the second time.
   */
  finish(): void {
    const checkedOut = this.#checkedOut;
    this.#checkedOut = undefined;
    if (checkedOut !== undefined) void this.#handOn(checkedOut);
  }

  async #handOn(checkedOut: CheckedOutSession): Promise<void> {
    // Databricks has closed an operation itself when all of its result was in the first reply, and can then refuse.
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
      // Rows that come with the reply to the statement itself.
      maxRows: Math.min(fetchRowsFirst, (rowLimit ?? fetchRowsFirst) + 1),
      // Results by way of cloud storage come ten files at a time, whoever reads them or not: memory without a bound.
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

/** Cancels the operation; however that goes, its session can be closed. */
function cancelAlone(operation: Operation): Promise<unknown> {
  detachFromSession(operation);
  return operation.cancel();
}

async function* withFailure(
  batches: AsyncGenerator<RowBatch, void, void>,
  toFailure: (error: unknown) => Promise<unknown>,
): AsyncGenerator<RowBatch, void, void> {
  try {
    yield* batches;
  } catch (error) {
    throw await toFailure(error);
  }
}
