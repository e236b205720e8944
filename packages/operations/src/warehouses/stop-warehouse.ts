import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { warehouseId } from "./warehouse.ts";

export const stopWarehouse = defineOperation({
  name: "stop_warehouse",
  domain: "sql",
  since: "0.1.0",
  summary: "Stops a SQL warehouse, and returns before it has stopped.",
  description:
    "Its state becomes `STOPPING`, and then `STOPPED`. Databricks ends the statements that run on it. A warehouse that is stopped already does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/warehouses/:warehouse_id/stop", status: 202 },
  target: targets.resource("warehouse"),
  params: z.strictObject({ warehouse_id: warehouseId }),
  result: z.object({}).meta({ id: "StoppedWarehouse" }),
  examples: [{ params: { warehouse_id: "0123456789abcdef" }, result: {} }],
});
