import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { nextPageToken, pageParams } from "../paging.ts";
import { securableName } from "../securable-name.ts";
import { targets } from "../target.ts";
import { table } from "./table.ts";

export const listTables = defineOperation({
  name: "list_tables",
  summary: "The tables and views of a schema that the identity may see, with their columns.",
  kind: "query",
  idempotent: true,
  timeoutMs: 30_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/tables", tag: "Unity Catalog" },
  target: targets.securable("table"),
  params: z.strictObject({
    catalog: securableName.describe("The catalog's name."),
    schema: securableName.describe("The schema's name, without the catalog."),
    ...pageParams,
  }),
  result: z
    .object({
      tables: z.array(table).default([]).describe("The tables of this page."),
      next_page_token: nextPageToken,
    })
    .meta({ id: "TablePage" }),
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
