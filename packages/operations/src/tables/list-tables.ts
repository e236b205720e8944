import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { schemaParams } from "../securable-name.ts";
import { targets } from "../target.ts";
import { table } from "./get-table.ts";

export const listTables = defineOperation({
  name: "list_tables",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the tables and views of a schema that the identity may see, with their columns.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/tables" },
  target: targets.securable("table"),
  params: z.strictObject({
    ...schemaParams,
    ...pageParams,
    omit_columns: z
      .boolean()
      .optional()
      .describe("Leaves the columns out, which are most of the reply. Default: false."),
  }),
  result: pageOf("TablePage", { tables: z.array(table).default([]).describe("The tables of this page.") }),
  examples: [
    {
      params: { catalog: "samples", schema: "nyctaxi" },
      result: {
        tables: [
          {
            name: "trips",
            full_name: "samples.nyctaxi.trips",
            catalog_name: "samples",
            schema_name: "nyctaxi",
          },
        ],
      },
    },
  ],
});
