import type { ResultData } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import type { Handler } from "../handler.ts";
import { statementCall } from "./statement-call.ts";
import { toNumber } from "./statement-view.ts";

export const getStatementResultChunk: Handler<"get_statement_result_chunk"> = async (params, { signal }) => {
  const { statement_id, chunk } = params;
  const reply = await statementCall<ResultData>("GET", statement_id, `/result/chunks/${chunk}`, signal);
  const rows = reply.data_array ?? [];
  return {
    chunk: reply.chunk_index ?? chunk,
    row_offset: toNumber(reply.row_offset),
    rows,
    row_count: rows.length,
    next_chunk: reply.next_chunk_index,
  };
};
