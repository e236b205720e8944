import { OperationError, type SqlParameter, whyNotReading } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import type { Again } from "../databricks/repeat-call.ts";
import { untilAborted } from "../databricks/until-aborted.ts";
import { CallFailure, StatusFailure } from "./call-failure.ts";
import { arrowBasedSet, detachFromSession, metadataOf, type Operation } from "./driver.ts";
import { failureAtStage, type Stage } from "./failure-at-stage.ts";
import { fetchRowsFirst, smallFetchBytes } from "./fetch-size.ts";
import { executing, isSurelyNotRun, repeatSqlCall } from "./repeat-sql-call.ts";
import { withinRoom } from "./reply-room.ts";
import { isOfQueryTags, requestTag } from "./request-tag.ts";
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
import { holdLargestReply, type RowLimits, StatementRows } from "./statement-rows.ts";
import { isRefusal, isWarehouseGone } from "./warehouse-state.ts";

export interface StatementRequest extends RowLimits {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlParameter>> | readonly SqlParameter[] | undefined;
  readonly session: SessionSettings;
  /** Whether the statement can move to another warehouse if this one is stopped. */
  readonly mayMove: boolean;
  /** Stands in the history of statements, as a query tag. */
  readonly requestId: string;
  /** Whose share of the identity's statements it takes. */
  readonly caller: string;
}

/** A statement that is sent again closes its session and opens another. */
const requestsOfRepeat = 3;
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
  const hasTag = client.takesTags !== false;
  try {
    const result = await runOnce(client, request, signal, redact);
    // A statement beside this one may have been refused meanwhile.
    client.takesTags ??= true;
    return result;
  } catch (error) {
    // Once it is known that the workspace has tags, this is the statement's own error.
    if (!hasTag || client.takesTags === true || !isOfQueryTags(error)) throw error;
    client.takesTags = false;
    return runOnce(client, request, signal, redact);
  }
}

async function runOnce(
  client: SqlClient,
  request: StatementRequest,
  signal: AbortSignal,
  redact: Redactor,
): Promise<QueryResult> {
  const run = new StatementRun(client, request, signal, redact);
  const endsAt = performance.now() + request.timeoutMs;
  const more = () => holdLargestReply(request.memory, { signal, endsAt });
  const room = { bytesMax: smallFetchBytes, rowBytesMax: request.memory.rowBytesMax, more };
  try {
    return {
      ...(await withinRoom(room, () => run.start())),
      batches: run.batches(),
      isTruncated: () => run.isTruncated,
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
  #checkedOut: CheckedOutSession | undefined;
  /** ExecuteStatement failed in the session, so it is not used again (docs/sdk-transport.md, driver 8). */
  #isSessionSpent = false;
  #stage: Stage = "opening";
  #executing: Promise<Operation> | undefined;
  #operation: Operation | undefined;
  #rows: StatementRows | undefined;

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
    const whenSent = executing({
      reads: () => this.#reads,
      isSessionReused: () => this.#checkedOut?.isReused === true,
    });
    let lastRefusal: unknown;
    const again: Again = (failure, attempt) => {
      // OpenSession has been repeated already.
      if (this.#checkedOut === undefined || (mayMove && isWarehouseGone(failure))) return undefined;
      lastRefusal = failure;
      return whenSent(failure, attempt);
    };
    const { budget } = this.#client;
    const retries = { budget, requests: requestsOfRepeat };
    const operation = await repeatSqlCall(() => this.#execute(patience), again, patience, retries).catch(
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
    const encoding = { schemaBytes: arrowSchema, lz4: lz4Compressed };
    this.#rows = new StatementRows(operation, encoding, this.#request, { signal: this.#signal, budget });
    return { columns: describeColumns(decodeSchema(arrowSchema)), schemaBytes: arrowSchema };
  }

  get isTruncated(): boolean {
    return this.#rows?.truncated ?? false;
  }

  /** The result, fetched as it is read. Everything is closed when it ends or its reader leaves. */
  async *batches(): AsyncGenerator<RowBatch, void, void> {
    try {
      if (this.#rows !== undefined) yield* this.#rows.read();
      this.finish();
    } catch (error) {
      throw this.toFailure(error);
    } finally {
      this.abandon();
    }
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
    const { sql, params, rowLimit, requestId } = this.#request;
    const { session } = await this.#openSession(patience);
    const options = {
      ...toDriverParameters(params),
      // Rows in the reply to ExecuteStatement itself.
      maxRows: Math.min(fetchRowsFirst, (rowLimit ?? fetchRowsFirst) + 1),
      // Cloud fetch downloads ten files at a time even if nobody reads them, so memory would have no bound.
      useCloudFetch: false,
      useLZ4Compression: true,
      ...(this.#client.takesTags === false ? {} : { queryTags: { [requestTag]: requestId } }),
    };
    this.#stage = "sent";
    this.#executing = session.executeStatement(sql, options);
    try {
      return await this.#orAborted(this.#executing);
    } catch (error) {
      if (isSurelyNotRun(error) || isOfCredential(error, this.#signal)) this.#stage = "opening";
      // What came along with the reply failed.
      const isAnswered = error instanceof CallFailure && error.kind === "no room";
      if (isAnswered || (error instanceof StatusFailure && !isRefusal(error))) this.#stage = "accepted";
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
