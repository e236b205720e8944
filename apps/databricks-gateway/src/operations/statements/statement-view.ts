import type { ColumnInfo, StatementResponse } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { failureDetail } from "../../sql/failure-detail.ts";

/** Databricks' account of a statement as the contract has it. */
export function statementView({ statement_id, status, manifest }: StatementResponse): object {
  const { state, error } = status ?? {};
  return {
    statement_id,
    state,
    ...(error === undefined
      ? {}
      : {
          error: {
            message: error.message ?? "",
            error_code: error.error_code,
            ...failureDetail(error.message ?? "", undefined),
          },
        }),
    ...(manifest === undefined
      ? {}
      : {
          columns: (manifest.schema?.columns ?? []).map(columnView),
          row_count: Number(manifest.total_row_count ?? 0),
          chunk_count: Number(manifest.total_chunk_count ?? 0),
          truncated: manifest.truncated ?? false,
        }),
  };
}

function columnView({ name, type_name, type_text, position }: ColumnInfo, index: number): object {
  const text = type_text ?? type_name ?? "";
  const [type = text] = /^[A-Za-z_ ]+/.exec(text) ?? [];
  // The API says nothing about nulls.
  return {
    name,
    type: type.trim().toUpperCase(),
    type_text: text,
    nullable: true,
    position: position ?? index,
  };
}
