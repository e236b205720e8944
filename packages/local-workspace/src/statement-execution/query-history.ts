import type { Route } from "../http/call.ts";
import { pageSize } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import type { SeenStatement } from "../sql/statement-log.ts";
import type { Workspace } from "../workspace.ts";

const PAGE_SIZE = 100;
const PAGE_SIZE_MAX = 999;

const STATUS = { running: "RUNNING", succeeded: "FINISHED", failed: "FAILED", canceled: "CANCELED" } as const;

/**
 * `/api/2.0/sql/history/queries`: the caller's own statements of both SQL services, the newest first. Of the filters it knows
 * `filter_by.query_start_time_range.start_time_ms`.
 */
export function queryHistory(workspace: Workspace): Route[] {
  return [
    {
      method: "GET",
      pattern: "/api/2.0/sql/history/queries",
      handle: (call) => {
        const { query, principal, emptyPages } = call;
        const since = Number(query.get("filter_by.query_start_time_range.start_time_ms") ?? 0);
        const size = pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE) ?? PAGE_SIZE;
        const own = workspace.sql.log
          .list()
          .filter((one) => one.principal === principal.name && one.startedAt >= since)
          .toReversed();
        // `<how many empty pages were sent>,<where the next page begins>`
        const [empties = 0, start = 0] = (query.get("page_token") ?? "0,0").split(",").map(Number);
        const isEmpty = empties < emptyPages;
        const end = isEmpty ? start : start + size;
        const has_next_page = end < own.length;
        return json({
          res: isEmpty ? [] : own.slice(start, end).map(queryInfo),
          has_next_page,
          ...(has_next_page ? { next_page_token: `${empties + Number(isEmpty)},${end}` } : {}),
        });
      },
    },
  ];
}

function queryInfo(statement: SeenStatement): object {
  const { id, state, waiting, error, startedAt, endedAt, warehouseId, principal, rowsFetched, tags } =
    statement;
  return {
    query_id: id,
    status: state === "running" && waiting ? "QUEUED" : STATUS[state],
    query_text: statement.statement,
    query_start_time_ms: startedAt,
    query_end_time_ms: endedAt,
    execution_end_time_ms: endedAt,
    user_name: principal,
    executed_as_user_name: principal,
    warehouse_id: warehouseId,
    endpoint_id: warehouseId,
    error_message: error,
    rows_produced: rowsFetched,
    is_final: state !== "running",
    ...(tags.length === 0 ? {} : { query_tags: tags }),
  };
}
