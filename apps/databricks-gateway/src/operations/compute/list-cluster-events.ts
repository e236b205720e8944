import { ClustersService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import type { GetEventsResponse } from "@databricks/sdk-experimental/dist/apis/compute/model.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

/** Where the next page begins, in place of a token: some workspaces have no tokens here (docs/databricks.md, Clusters). */
const offsetToken = /^offset:(\d{1,15})$/;

export const listClusterEvents: Handler<"list_cluster_events"> = async (params, { signal }) => {
  const { max_results, page_token: token, order, ...request } = params;
  const [, offset] = offsetToken.exec(token ?? "") ?? [];
  const place =
    offset === undefined
      ? { page_token: token, page_size: max_results, offset: undefined, limit: undefined }
      : { page_token: undefined, page_size: undefined, offset: Number(offset), limit: max_results };
  const page = await listPage({
    service: service(ClustersService, signal),
    method: "events",
    entries: "events",
    request: {
      event_types: undefined,
      start_time: undefined,
      end_time: undefined,
      ...request,
      order,
      ...place,
    },
    beside: ["next_page", "prev_page_token", "total_count"],
  });
  return {
    events: page.events,
    next_page_token: page.next_page_token ?? tokenOfNext(page as GetEventsResponse),
  };
};

function tokenOfNext({ next_page: next }: GetEventsResponse): string | undefined {
  return Number.isSafeInteger(next?.offset) ? `offset:${next?.offset}` : undefined;
}
