import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleWarehouse, warehouse } from "./warehouse.ts";

export const listWarehouses = defineOperation({
  name: "list_warehouses",
  domain: "sql",
  since: "0.1.0",
  summary: "Lists the SQL warehouses that the identity may use.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/warehouses" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({ warehouses: z.array(warehouse).default([]).describe("All warehouses, without paging.") })
    .meta({ id: "Warehouses" }),
  examples: [{ params: {}, result: { warehouses: [exampleWarehouse] } }],
});
