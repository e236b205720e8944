import type { ResultData, StatementResponse } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { OperationError } from "@front-door/operations";
import type { Handler } from "../handler.ts";
import { statementCall } from "./statement-call.ts";
import { toNumber } from "./statement-view.ts";

export const getStatementResultChunk: Handler<"get_statement_result_chunk"> = async (params, { signal }) => {
  const { statement_id, chunk } = params;
  const reply = await readChunk(statement_id, chunk, signal);
  const rows = reply.data_array ?? [];
  return {
    chunk: reply.chunk_index ?? chunk,
    row_offset: toNumber(reply.row_offset),
    rows,
    row_count: rows.length,
    next_chunk: reply.next_chunk_index,
  };
};

async function readChunk(statementId: string, chunk: number, signal: AbortSignal): Promise<ResultData> {
  try {
    return await statementCall<ResultData>("GET", statementId, `/result/chunks/${chunk}`, signal);
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== "NOT_FOUND") throw error;
    return absentChunk(statementId, chunk, signal);
  }
}

/**
 * Databricks has the same 404 for a statement that is not there, one that has no result, and a chunk beyond the last.
 * Which it is, the statement itself tells. A result without rows has no chunks: its first one is empty here.
 */
async function absentChunk(statementId: string, chunk: number, signal: AbortSignal): Promise<ResultData> {
  const { status, manifest } = await statementCall<StatementResponse>("GET", statementId, "", signal);
  const state = status?.state ?? "gone";
  if (state !== "SUCCEEDED") {
    throw new OperationError("RESOURCE_CONFLICT", `The statement has no result: it is ${state}.`);
  }
  const chunks = toNumber(manifest?.total_chunk_count);
  if (chunk === 0 && chunks === 0) return {};
  throw new OperationError("NOT_FOUND", `The result has no chunk ${chunk}: it has ${chunks}.`);
}
