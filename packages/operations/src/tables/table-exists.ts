import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { tableParams } from "./get-table.ts";

export const tableExists = defineOperation({
  name: "table_exists",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Says whether a table or view of this name exists.",
  description:
    "It fails where the identity may not see what has the name, or where the schema does not exist.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/tables/:catalog/:schema/:name/exists" },
  target: targets.securable("table"),
  params: z.strictObject(tableParams),
  result: z
    .object({ table_exists: z.boolean().default(false).describe("Whether it exists.") })
    .meta({ id: "TableExistence" }),
  examples: [
    { params: { catalog: "samples", schema: "nyctaxi", name: "trips" }, result: { table_exists: true } },
  ],
});
