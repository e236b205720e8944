import { jsonRowLimitDefault, operations } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { onWarehouse } from "../warehouses/choose-warehouse.ts";
import { streamedResult } from "./streamed-result.ts";

/** STATEMENT_TIMEOUT backs up our own deadline. It has few values, so that statements of all deadlines share sessions. */
const timeoutStepsSeconds = [60, 120, 300] as const;
const graceSeconds = 5;

export const executeQuery: Handler<"execute_query"> = async (params, { signal, caller, memory }) => {
  const { sql, catalog, schema, row_limit, numbers_as_strings, format } = params;
  const timeoutMs = params.timeout_ms ?? operations.execute_query.timeoutMs;
  const query = {
    sql,
    params: params.params,
    session: { catalog, schema, statementTimeoutSeconds: statementTimeoutSeconds(timeoutMs) },
    rowLimit: row_limit ?? (format === "json" ? jsonRowLimitDefault : undefined),
    timeoutMs,
    numbersAsStrings: numbers_as_strings,
    format,
    caller,
    memory,
  };
  const client = getWorkspaceClient();
  const pieces = await onWarehouse(signal, sql, (warehouse) =>
    client.query({ ...query, ...warehouse }, signal),
  );
  return streamedResult(format, pieces);
};

function statementTimeoutSeconds(timeoutMs: number): number {
  const seconds = Math.ceil(timeoutMs / 1_000);
  return (timeoutStepsSeconds.find((step) => step >= seconds) ?? seconds) + graceSeconds;
}
