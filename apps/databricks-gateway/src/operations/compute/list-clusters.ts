import { ClustersService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listClusters: Handler<"list_clusters"> = async ({ max_results, page_token }, { signal }) =>
  listPage({
    service: service(ClustersService, signal),
    method: "list",
    entries: "clusters",
    request: { page_size: max_results, page_token, filter_by: undefined, sort_by: undefined },
    beside: ["prev_page_token"],
  });
