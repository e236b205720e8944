import { ClustersService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const stopCluster: Handler<"stop_cluster"> = async ({ cluster_id }, { signal }) => {
  // It is stopped, and can be started again. The SDK's waiter would poll until then.
  await service(ClustersService, signal).delete({ cluster_id });
  return {};
};
