import { InstancePoolsService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listInstancePools: Handler<"list_instance_pools"> = async (_params, { signal }) =>
  listPage({
    service: service(InstancePoolsService, signal),
    method: "list",
    entries: "instance_pools",
    request: {},
  });
