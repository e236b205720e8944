import { isWarehouseAllowed } from "@front-door/policy";
import { pageWithEntries } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { historyPage } from "../statements/history-page.ts";
import { withoutUndefined } from "../without-undefined.ts";

/** Only statements on warehouses that the policies allow. */
export const listQueryHistory: Handler<"list_query_history"> = async (params, { signal, policies }) => {
  const { warehouse_id, status, query_id, user_id, start_time_ms, end_time_ms, page_token, ...page } = params;
  const range = withoutUndefined({ start_time_ms, end_time_ms });
  const filter_by = withoutUndefined({
    query_start_time_range: Object.keys(range).length === 0 ? undefined : range,
    statuses: status && [status],
    statement_ids: query_id === undefined ? undefined : [query_id],
    // An int64, which a number would round. In the query of a URL both look the same.
    user_ids: user_id === undefined ? undefined : [user_id as unknown as number],
    warehouse_ids: warehouse_id === undefined ? undefined : [warehouse_id],
  });
  return pageWithEntries({
    fetchPage: (token) =>
      historyPage(
        {
          ...(Object.keys(filter_by).length === 0 ? {} : { filter_by }),
          ...withoutUndefined({ ...page, page_token: token }),
        },
        signal,
      ),
    pageToken: page_token,
    entries: "queries",
    keep: ({ warehouse_id: id }: { readonly warehouse_id?: unknown }) =>
      isWarehouseAllowed(policies, typeof id === "string" ? id : ""),
  });
};
