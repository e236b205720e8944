import { InstancePoolsService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const listInstancePools: Handler<"list_instance_pools"> = async (_params, { signal }) => ({
  // There is one page, and the method that gets it takes no request.
  instance_pools: await Array.fromAsync(service(InstancePoolsService, signal).list()),
});
