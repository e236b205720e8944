import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { OperationError } from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler } from "../handler.ts";
import { columnsOf, failureOf, toNumber } from "../statements/statement-view.ts";

export const getGenieQueryResult: Handler<"get_genie_query_result"> = async (
  params,
  { signal, conversationIds },
) => {
  const conversation_id = conversationIds.open(params.conversation_id);
  const { statement_response: statement } = await service(
    GenieService,
    signal,
  ).getMessageAttachmentQueryResult({ ...params, conversation_id });
  const { status, manifest, result } = statement ?? {};
  if (status?.state !== "SUCCEEDED") {
    const message = `The query has no result: its state is ${status?.state ?? "unknown"}.`;
    const details = status?.error === undefined ? [] : [failureOf(status)];
    throw new OperationError("RESOURCE_CONFLICT", message, { details });
  }
  const total = toNumber(manifest?.total_row_count);
  const rows = result?.data_array ?? [];
  // Nothing else would tell it from an empty result.
  if (manifest === undefined || (rows.length === 0 && total > 0)) {
    throw invalidResponse("a result without its rows", { surelyNotRun: true });
  }
  return {
    columns: columnsOf(manifest),
    rows,
    row_count: rows.length,
    truncated: manifest.truncated === true || rows.length < total,
  };
};
