import { notImplemented } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import { pageSize } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { SeenStatement } from "../sql/statement-log.ts";
import type { Workspace } from "../workspace.ts";

const PAGE_SIZE = 100;
const PAGE_SIZE_MAX = 999;

const STATUS = { running: "RUNNING", succeeded: "FINISHED", failed: "FAILED", canceled: "CANCELED" } as const;

/** `/api/2.0/sql/history/queries`: the caller's own statements of both SQL services, the newest first, without metrics. */
export function queryHistory(workspace: Workspace): Route[] {
  return [
    {
      method: "GET",
      pattern: "/api/2.0/sql/history/queries",
      handle: (call) => {
        const { query, principal, emptyPages } = call;
        const isWanted = filterOf(query, idOf(workspace, principal));
        const size = pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE) ?? PAGE_SIZE;
        const own = workspace.sql.log
          .list()
          .filter((one) => one.principal === principal.name && isWanted(one))
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

/** Of a filter with several values, one has to fit. */
function fits(given: string[], value: string): boolean {
  return given.length === 0 || given.includes(value);
}

function filterOf(query: URLSearchParams, userId: string | undefined): (one: SeenStatement) => boolean {
  if (query.get("include_metrics") === "true") throw notImplemented("metrics in the query history");
  const values = (name: string) => query.getAll(`filter_by.${name}`);
  const time = (name: string, otherwise: number) =>
    Number(query.get(`filter_by.query_start_time_range.${name}`) ?? otherwise);
  const from = time("start_time_ms", 0);
  const to = time("end_time_ms", Number.POSITIVE_INFINITY);
  return ({ id, state, warehouseId, startedAt }) =>
    startedAt >= from &&
    startedAt <= to &&
    fits(values("statuses"), STATUS[state]) &&
    fits(values("warehouse_ids"), warehouseId) &&
    fits(values("statement_ids"), id) &&
    fits(values("user_ids"), userId ?? "");
}

function idOf({ seed }: Workspace, { name }: Principal): string | undefined {
  const user = seed.users.find(({ userName }) => userName === name);
  return user?.id ?? seed.servicePrincipals.find(({ applicationId }) => applicationId === name)?.id;
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
    duration: endedAt === undefined ? undefined : endedAt - startedAt,
    is_final: state !== "running",
    ...(tags.length === 0 ? {} : { query_tags: tags }),
  };
}
