import { ClustersService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getCluster: Handler<"get_cluster"> = async ({ cluster_id }, { signal }) =>
  service(ClustersService, signal).get({ cluster_id });
