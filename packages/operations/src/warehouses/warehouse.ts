import * as z from "zod";
import { settledEnum } from "../open-enum.ts";

/** Nothing else is let into the path of a request. */
export const warehouseId = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,64}$/, "must be the id of a SQL warehouse, like 0123456789abcdef")
  .describe("The id of a SQL warehouse.");

/** The parameter of what runs on a warehouse. */
export const onWarehouse = {
  warehouse_id: warehouseId
    .optional()
    .describe(
      "The id of the SQL warehouse to run on. Default: the configured one, or else the first running one that the identity may use.",
    ),
};

export const warehouse = z
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

export const exampleWarehouse = { id: "0123456789abcdef", name: "Starter", state: "RUNNING" };
