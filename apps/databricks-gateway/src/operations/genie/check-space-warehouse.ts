import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { throwNotRun } from "@front-door/operations";
import { checkWarehouse } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import type { OperationContext } from "../handler.ts";

/**
 * Throws OPERATION_NOT_ALLOWED if the queries of the space run on a warehouse that the policies do not allow. Costs a call
 * only where they allow some warehouses alone.
 */
export async function checkSpaceWarehouse(
  space_id: string,
  { policies, signal }: Pick<OperationContext, "policies" | "signal">,
): Promise<void> {
  if (policies.every(({ warehouses }) => warehouses === undefined)) return;
  const { warehouse_id } = await service(GenieService, signal).getSpace({ space_id }).catch(throwNotRun);
  for (const policy of policies) checkWarehouse(policy, warehouse_id ?? "of this Genie space");
}
