import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { tableParams } from "../tables/get-table.ts";
import { targets } from "../target.ts";

const neighbour = z
  .object({
    full_name: z.string().describe("`catalog.schema.table`."),
    table_type: z.string().optional().describe("`TABLE`, `VIEW`, `MATERIALIZED_VIEW`, …"),
    lineage_timestamp: z
      .string()
      .optional()
      .describe("When rows last went this way, as Databricks writes it."),
  })
  .meta({ id: "LineageTable" });

export const getTableLineage = defineOperation({
  name: "get_table_lineage",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets the tables that a table was made from, and those that were made from it.",
  description:
    "One step in each direction, for as long as Databricks keeps lineage, which is a year. Tables that the identity may not see are left out, and so are those in catalogs that are not allowed here.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/tables/:catalog/:schema/:name/lineage" },
  target: targets.securable("table"),
  params: z.strictObject(tableParams),
  result: z
    .object({
      upstreams: z.array(neighbour).default([]).describe("The tables that it was made from."),
      downstreams: z.array(neighbour).default([]).describe("The tables that were made from it."),
    })
    .meta({ id: "TableLineage" }),
  examples: [
    {
      params: { catalog: "main", schema: "sales", name: "open_orders" },
      result: { upstreams: [{ full_name: "main.sales.orders", table_type: "TABLE" }], downstreams: [] },
    },
  ],
});
