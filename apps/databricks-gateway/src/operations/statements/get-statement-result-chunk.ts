import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type { ResultData } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { OperationError } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler } from "../handler.ts";
import { ownStatement } from "./own-statement.ts";
import { failureOf, toNumber } from "./statement-view.ts";

export const getStatementResultChunk: Handler<"get_statement_result_chunk"> = async (
  { statement_id, chunk },
  { signal, statementIds },
) => {
  const reply = await readChunk(statementIds.open(statement_id), chunk, signal);
  const rows = reply.data_array ?? [];
  return {
    chunk,
    row_offset: toNumber(reply.row_offset),
    rows,
    row_count: rows.length,
    next_chunk: reply.next_chunk_index,
  };
};

async function readChunk(
  statement_id: string,
  chunk_index: number,
  signal: AbortSignal,
): Promise<ResultData> {
  const statements = service(StatementExecutionService, signal);
  try {
    const request = { statement_id, chunk_index };
    const reply = await ownStatement(statements.getStatementResultChunkN(request));
    const problem = problemOf(reply, chunk_index);
    if (problem !== undefined) throw invalidResponse(problem, { surelyNotRun: true });
    return reply;
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== "NOT_FOUND") throw error;
    return absentChunk(statement_id, chunk_index, signal);
  }
}

/** Why the reply is not the chunk that was asked for. It must neither look like an empty one nor lead back to itself. */
function problemOf(reply: ResultData, chunk: number): string | undefined {
  const { chunk_index, row_count, data_array, next_chunk_index: next } = reply;
  if (chunk_index !== chunk) return `a chunk with the chunk_index ${Number(chunk_index)} for ${chunk}`;
  const rows: unknown = data_array ?? [];
  if (!Array.isArray(rows)) return "a chunk whose data_array is not a list";
  // Without rows, only a count says that there are none.
  const count = Number(row_count ?? (data_array ? rows.length : undefined));
  if (count !== rows.length) return `a chunk with ${rows.length} rows and the row_count ${count}`;
  const isLast = next === undefined || next === null;
  if (!isLast && !(Number.isInteger(next) && next > chunk)) return "a chunk with an odd next_chunk_index";
  return undefined;
}

/**
 * Databricks returns the same 404 for a statement that does not exist, for one without a result, and for a chunk beyond
 * the last. The statement itself tells which it is. A result without rows has no chunks: its first one is empty here.
 */
async function absentChunk(statement_id: string, chunk: number, signal: AbortSignal): Promise<ResultData> {
  const call = service(StatementExecutionService, signal).getStatement({ statement_id });
  const { status, manifest } = await ownStatement(call);
  if (status?.state !== "SUCCEEDED") {
    const message = `The statement has no result: its state is ${status?.state ?? "unknown"}.`;
    const details = status?.error === undefined ? [] : [failureOf(status)];
    throw new OperationError("RESOURCE_CONFLICT", message, { details });
  }
  const chunks = toNumber(manifest?.total_chunk_count);
  if (chunk === 0 && chunks === 0) return {};
  throw new OperationError("NOT_FOUND", `The result has no chunk ${chunk}: it has ${chunks}.`);
}
