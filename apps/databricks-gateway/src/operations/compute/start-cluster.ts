import { ClustersService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const startCluster: Handler<"start_cluster"> = async ({ cluster_id }, { signal }) => {
  // The SDK's waiter would poll until it runs.
  await service(ClustersService, signal).start({ cluster_id });
  return {};
};
