import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { warehouseId } from "./warehouse.ts";

export const startWarehouse = defineOperation({
  name: "start_warehouse",
  domain: "sql",
  since: "0.1.0",
  summary: "Starts a SQL warehouse, and returns before it runs.",
  description:
    "Its state becomes `STARTING`, and `RUNNING` after seconds to minutes. A warehouse that runs already does not change. A statement starts a stopped warehouse too.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/warehouses/:warehouse_id/start", status: 202 },
  target: targets.resource("warehouse"),
  params: z.strictObject({ warehouse_id: warehouseId }),
  result: z.object({}).meta({ id: "StartedWarehouse" }),
  examples: [{ params: { warehouse_id: "0123456789abcdef" }, result: {} }],
});
