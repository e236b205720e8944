import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { settledEnum } from "../open-enum.ts";
import { targets } from "../target.ts";

const warehouse = z
  .object({
    id: z.string().describe("The warehouse's id."),
    name: z.string().describe("The display name."),
    state: settledEnum(
      "WarehouseState",
      ["RUNNING", "STOPPED", "STARTING", "STOPPING", "DELETING", "DELETED"],
      "What it does.",
    ).optional(),
    cluster_size: z.string().optional().describe("`2X-Small` to `4X-Large`."),
    warehouse_type: z.string().optional().describe("`PRO` or `CLASSIC`."),
    enable_serverless_compute: z.boolean().optional().describe("Whether it runs on serverless compute."),
    auto_stop_mins: z.int().optional().describe("Minutes without a query until it stops. 0: never."),
    creator_name: z.string().optional().describe("Who created it."),
  })
  .meta({ id: "Warehouse" });

export const listWarehouses = defineOperation({
  name: "list_warehouses",
  summary: "Lists the SQL warehouses that the identity may use.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/warehouses", tag: "SQL" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({ warehouses: z.array(warehouse).default([]).describe("All warehouses, without paging.") })
    .meta({ id: "Warehouses" }),
  examples: [
    { params: {}, result: { warehouses: [{ id: "0123456789abcdef", name: "Starter", state: "RUNNING" }] } },
  ],
});
