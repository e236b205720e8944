import { WarehousesService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getWarehouse: Handler<"get_warehouse"> = async ({ warehouse_id: id }, { signal }) => {
  return service(WarehousesService, signal).get({ id });
};
