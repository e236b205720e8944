import type { QueryInfo, QueryStatus } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import type { Handler } from "../handler.ts";
import { historyPage } from "./history-page.ts";
import type { QueryTag, StatementIds } from "./statement-ids.ts";

const dayMs = 24 * 60 * 60_000;
/** The most that Databricks takes. */
const pageSize = 999;
/** Most of a busy identity's history are queries of others. */
const pagesMax = 5;

const stateOf: Readonly<Record<QueryStatus, string>> = {
  QUEUED: "PENDING",
  STARTED: "RUNNING",
  COMPILING: "RUNNING",
  COMPILED: "RUNNING",
  RUNNING: "RUNNING",
  FINISHED: "SUCCEEDED",
  FAILED: "FAILED",
  CANCELED: "CANCELED",
};

export const listStatements: Handler<"list_statements"> = async (
  { page_token },
  { signal, statementIds },
) => {
  const filter_by = { query_start_time_range: { start_time_ms: Date.now() - dayMs } };
  let token = page_token;
  for (let pages = 1; ; pages++) {
    const request = {
      filter_by,
      max_results: pageSize,
      ...(token === undefined ? {} : { page_token: token }),
    };
    const page = await historyPage(request, signal);
    const own = page.queries.filter((query) => isOwn(query, statementIds));
    token = page.next_page_token;
    if (own.length > 0 || token === undefined || pages === pagesMax) {
      return { statements: own.map((query) => viewOf(query, statementIds)), next_page_token: token };
    }
  }
};

/** Whether the query has the tag of this caller. Any other may be another caller's with the same identity. */
function isOwn(query: QueryInfo, { tag }: StatementIds): boolean {
  // The SDK's types lack the tags.
  const { query_tags: tags } = query as QueryInfo & { readonly query_tags?: unknown };
  if (!Array.isArray(tags) || typeof query.query_id !== "string") return false;
  const { key, value } = tag;
  return (tags as (Partial<QueryTag> | null)[]).some((each) => each?.key === key && each.value === value);
}

function viewOf(query: QueryInfo, statementIds: StatementIds): object {
  const { query_id = "", status, query_text, warehouse_id, query_start_time_ms, query_end_time_ms } = query;
  return {
    statement_id: statementIds.sign(query_id),
    state: status === undefined ? undefined : (stateOf[status] ?? status),
    sql: query_text,
    warehouse_id,
    started_at: query_start_time_ms,
    ended_at: query_end_time_ms,
    error: query.error_message || undefined,
  };
}
