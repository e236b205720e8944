import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { checkSpaceWarehouse } from "./check-space-warehouse.ts";

export const createGenieMessage: Handler<"create_genie_message"> = async (params, context) => {
  await checkSpaceWarehouse(params.space_id, context);
  return service(GenieService, context.signal).createMessage(params);
};
