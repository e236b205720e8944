import { ClustersService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const listNodeTypes: Handler<"list_node_types"> = async (_params, { signal }) =>
  service(ClustersService, signal).listNodeTypes();
