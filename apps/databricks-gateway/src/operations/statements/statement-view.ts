import type {
  ColumnInfo,
  StatementResponse,
  StatementStatus,
} from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import type { ErrorDetail, QueryColumn } from "@front-door/operations";
import { sqlTypeOf } from "../../sql/sql-type.ts";
import { failureDetail } from "../../sql/statement-error.ts";

/** Databricks' statement in the form of the contract, under the id that its caller knows. */
export function statementView(
  { status, manifest }: StatementResponse,
  statement_id: string | undefined,
): object {
  return {
    statement_id,
    state: status?.state,
    error: status?.error && {
      message: status.error.message ?? "",
      error_code: status.error.error_code,
      ...failureOf(status),
    },
    ...(manifest && {
      columns: columnsOf(manifest),
      row_count: toNumber(manifest.total_row_count),
      chunk_count: toNumber(manifest.total_chunk_count),
      truncated: manifest.truncated ?? false,
    }),
  };
}

/** The error class and SQLSTATE of a statement that failed. The SDK's types lack the SQLSTATE, which can stand beside the error. */
export function failureOf(status: StatementStatus): ErrorDetail {
  const { error, sql_state: sqlState } = status as StatementStatus & { readonly sql_state?: unknown };
  return failureDetail(error?.message ?? "", typeof sqlState === "string" ? sqlState : undefined);
}

/** The columns of a result, as its manifest describes them. */
export function columnsOf(manifest: StatementResponse["manifest"]): QueryColumn[] {
  return (manifest?.schema?.columns ?? []).map(columnView);
}

function columnView({ name = "", type_name, type_text, position }: ColumnInfo, index: number): QueryColumn {
  // The API does not tell which columns can hold null.
  return { name, ...sqlTypeOf(type_text ?? type_name ?? ""), nullable: true, position: position ?? index };
}

/** An int64: Databricks' services write a number or a string, and the SDK's types say only one. 0 if it is absent. */
export function toNumber(value: unknown): number {
  return Number(value ?? 0);
}
