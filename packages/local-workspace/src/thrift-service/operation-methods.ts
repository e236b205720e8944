import { setTimeout } from "node:timers/promises";
import { SqlError } from "@front-door/sql-engine";
import { type Schema, Vector, vectorFromArray } from "apache-arrow";
import { compressFrameSync } from "lz4-napi";
import type { Part } from "../sql/batch-reader.ts";
import type { Chunk } from "../sql/result-chunks.ts";
import type { Statement } from "../sql/statement.ts";
import {
  FETCH,
  type FetchResultsResponse,
  OPERATION_STATE,
  type OperationResponse,
  type OperationStatus,
} from "../thrift/tcli-structs.ts";
import { columnOf } from "./column-set.ts";
import { operationHandle } from "./handles.ts";
import type { Context } from "./method.ts";
import { resultSetMetadata } from "./result-description.ts";
import type { Operation } from "./sessions.ts";
import { failure, RefusedError, SUCCESS } from "./status.ts";

/** The limit of one reply, whatever the client asks for. */
const ROWS_MAX = 1_000_000;
const BYTES_MAX = 4 * 1024 * 1024;

export interface StartOptions {
  runAsync: boolean;
  /** Undefined if the client wants only a handle. */
  directRows: number | undefined;
  directBytes: number | undefined;
  waitMs: number;
}

/** The reply to a call that started an operation, with the result if the client accepts it and it is ready in time. */
export async function startedOperation(
  context: Context,
  operation: Operation,
  options: StartOptions,
): Promise<OperationResponse> {
  const { sessions } = context;
  const { statement } = operation;
  if (!options.runAsync) {
    await statement.settled;
    // Only a client without a handle learns of a failure from the status of this call.
    if (statement.error !== undefined) {
      await sessions.endOperation(operation);
      throw statement.error;
    }
  } else if (options.directRows !== undefined) {
    await settledWithin(statement, options.waitMs);
  }
  const response = { status: SUCCESS, operationHandle: operationHandle(operation) };
  if (options.directRows === undefined) return response;
  return { ...response, directResults: await directResults(context, operation, options) };
}

async function directResults(context: Context, operation: Operation, options: StartOptions) {
  const { statement, files } = operation;
  if (statement.state !== "succeeded") return { operationStatus: operationStatus(statement) };
  const metadata = await resultSetMetadata(operation, context.limits.lz4);
  const resultSet = await fetchResults(context, operation, {
    rows: options.directRows,
    bytes: options.directBytes,
  }).catch((error: unknown) => {
    // A batch failed, and so did the statement. Its status says so.
    if (!(error instanceof SqlError)) throw error;
  });
  if (resultSet === undefined) return { operationStatus: operationStatus(statement) };
  const results = { operationStatus: operationStatus(statement), resultSetMetadata: metadata, resultSet };
  // Its files are there only until it is closed.
  if (resultSet.hasMoreRows === true || (await files?.isUsed()) === true) return results;
  await context.sessions.endOperation(operation);
  return { ...results, closeOperation: { status: SUCCESS } };
}

export function operationStatus(statement: Statement): OperationStatus {
  const { seen, error, finishedAt } = statement;
  return {
    status: SUCCESS,
    operationState: seen.state === "running" && seen.waiting ? OPERATION_STATE.pending : STATES[seen.state],
    operationStarted: seen.startedAt,
    ...(finishedAt === undefined ? {} : { operationCompleted: finishedAt }),
    ...(seen.state === "succeeded" ? { hasResultSet: true, numModifiedRows: statement.affectedRows } : {}),
    ...(error === undefined ? {} : failure(error)),
  };
}

const STATES = {
  running: OPERATION_STATE.running,
  succeeded: OPERATION_STATE.finished,
  failed: OPERATION_STATE.error,
  canceled: OPERATION_STATE.canceled,
} satisfies Record<Statement["state"], number>;

interface FetchOptions {
  rows: number | undefined;
  bytes?: number | undefined;
  orientation?: number | undefined;
  startRowOffset?: number | undefined;
}

/** The next rows. If `hasMoreRows` is true, the next reply has rows or fails. */
export async function fetchResults(
  { limits, linkTo }: Context,
  { statement, inColumns, files }: Operation,
  options: FetchOptions,
): Promise<FetchResultsResponse> {
  await statement.settled;
  // Old JDBC drivers send the offset 0 with every fetch.
  requireNext(inColumns ? { ...options, startRowOffset: undefined } : options, statement.reader.rowOffset);
  if (files !== undefined && (await files.isUsed())) {
    const { files: written, last } = await files.next();
    return { status: SUCCESS, hasMoreRows: !last, results: linkSet(written, statement, linkTo) };
  }
  const part = await statement.read(bounded(options.rows, ROWS_MAX), bounded(options.bytes, BYTES_MAX));
  const results = inColumns ? columnSet(part, statement.reader.schema) : rowSet(part, limits.lz4);
  return { status: SUCCESS, hasMoreRows: !part.last, results };
}

/** Rows can be read once: what was sent is not kept. */
function requireNext({ orientation = FETCH.next, startRowOffset }: FetchOptions, position: number): void {
  const isNext = orientation === FETCH.next || (orientation === FETCH.first && position === 0);
  if (!isNext || (startRowOffset !== undefined && startRowOffset !== position)) {
    throw new RefusedError("The local workspace gives the rows of a result once and in order.", "HY106");
  }
}

function rowSet(part: Part, lz4: boolean) {
  return {
    startRowOffset: part.rowOffset,
    rows: [],
    arrowBatches: part.batches.map(({ batch, ipc }) => ({
      batch: lz4 ? compressFrameSync(Buffer.from(ipc)) : ipc,
      rowCount: batch.numRows,
    })),
  };
}

/** The client downloads a file by its link alone, without its token. */
function linkSet(written: Chunk[], { seen }: Statement, linkTo: Context["linkTo"]) {
  const resultLinks = written.map(({ index, rowOffset, rows, bytes }) => ({
    ...linkTo(seen.id, index),
    startRowOffset: rowOffset,
    rowCount: rows,
    bytesNum: bytes,
    httpHeaders: new Map<string, string>(),
  }));
  return { startRowOffset: written[0]?.rowOffset ?? 0, rows: [], resultLinks };
}

function columnSet({ rowOffset, batches }: Part, { fields }: Schema) {
  const columns = fields.map(({ type }, at) => {
    const data = batches.flatMap(({ batch }) => batch.data.children[at] ?? []);
    // A vector cannot be made of nothing.
    return columnOf(type, data.length === 0 ? vectorFromArray([], type) : new Vector(data));
  });
  return { startRowOffset: rowOffset, rows: [], columns };
}

/** Zero and negative numbers mean no limit. */
function bounded(asked: number | undefined, max: number): number {
  return asked === undefined || asked <= 0 ? max : Math.min(asked, max);
}

/** Resolves when the statement's state is final, or after `waitMs`. */
export async function settledWithin(statement: Statement, waitMs: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    statement.settled,
    setTimeout(waitMs, undefined, { signal: timer.signal }).catch(() => {}),
  ]);
  timer.abort();
}
