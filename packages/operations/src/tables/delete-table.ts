import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { tableParams } from "./get-table.ts";

export const deleteTable = defineOperation({
  name: "delete_table",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Deletes a table or view, and the rows of a managed table.",
  kind: "destructive",
  timeoutMs: 60_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/tables/:catalog/:schema/:name" },
  target: targets.securable("table"),
  params: z.strictObject(tableParams),
  result: z.object({}),
  examples: [{ params: { catalog: "main", schema: "sales", name: "old_orders" }, result: {} }],
});
