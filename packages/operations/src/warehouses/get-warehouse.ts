import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleWarehouse, warehouse, warehouseId } from "./warehouse.ts";

export const getWarehouse = defineOperation({
  name: "get_warehouse",
  domain: "sql",
  since: "0.1.0",
  summary: "Gets one SQL warehouse.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/warehouses/:warehouse_id" },
  target: targets.resource("warehouse"),
  params: z.strictObject({ warehouse_id: warehouseId }),
  result: warehouse,
  examples: [{ params: { warehouse_id: "0123456789abcdef" }, result: exampleWarehouse }],
});
