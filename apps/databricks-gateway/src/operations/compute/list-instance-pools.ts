import { InstancePoolsService } from "@databricks/sdk-experimental/dist/apis/compute/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const listInstancePools: Handler<"list_instance_pools"> = async (_params, { signal }) => {
  const instance_pools: object[] = [];
  // There is one page, and the method that gets it takes no request.
  for await (const pool of service(InstancePoolsService, signal).list()) instance_pools.push(pool);
  return { instance_pools };
};
