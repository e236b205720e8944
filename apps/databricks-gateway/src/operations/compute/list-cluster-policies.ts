import { ClusterPoliciesService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listClusterPolicies: Handler<"list_cluster_policies"> = async (_params, { signal }) =>
  listPage({
    service: service(ClusterPoliciesService, signal),
    method: "list",
    entries: "policies",
    request: { sort_column: undefined, sort_order: undefined },
    beside: ["total_count"],
  });
