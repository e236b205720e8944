import { WarehousesService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const stopWarehouse: Handler<"stop_warehouse"> = async ({ warehouse_id: id }, { signal }) => {
  // The SDK's waiter would poll until it is done.
  await service(WarehousesService, signal).stop({ id });
  return {};
};
