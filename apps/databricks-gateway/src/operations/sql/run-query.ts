import type { ResultFormat, SqlParameters } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { OperationContext, StreamedReply } from "../handler.ts";
import { onWarehouse } from "../warehouses/choose-warehouse.ts";
import { streamedResult } from "./streamed-result.ts";

/** STATEMENT_TIMEOUT backs up our own deadline. It has few values, so that statements of all deadlines share sessions. */
const timeoutStepsSeconds = [60, 120, 300] as const;
const graceSeconds = 5;

interface Query {
  readonly sql: string;
  readonly params?: SqlParameters | undefined;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly warehouse_id?: string | undefined;
  /** Undefined: all rows. */
  readonly row_limit: number | undefined;
  readonly numbers_as_strings: boolean;
  readonly format: ResultFormat;
}

/** Runs one statement with the SQL driver, and resolves with the reply when it has ended at Databricks. */
export async function runQuery(query: Query, context: OperationContext): Promise<StreamedReply> {
  const { signal, timeoutMs, requestId, caller, memory, onRows } = context;
  const { sql, params, catalog, schema, format } = query;
  const request = {
    sql,
    params,
    session: { catalog, schema, statementTimeoutSeconds: statementTimeoutSeconds(timeoutMs) },
    rowLimit: query.row_limit,
    timeoutMs,
    numbersAsStrings: query.numbers_as_strings,
    format,
    requestId,
    caller,
    memory,
    onRows,
  };
  const client = getWorkspaceClient();
  const pieces = await onWarehouse(query, context, (warehouse) =>
    client.query({ ...request, ...warehouse }, signal),
  );
  return streamedResult(format, pieces);
}

function statementTimeoutSeconds(timeoutMs: number): number {
  const seconds = Math.ceil(timeoutMs / 1_000);
  return (timeoutStepsSeconds.find((step) => step >= seconds) ?? seconds) + graceSeconds;
}
