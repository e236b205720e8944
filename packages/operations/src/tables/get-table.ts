import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { targets } from "../target.ts";
import { table } from "./table.ts";

export const getTable = defineOperation({
  name: "get_table",
  summary: "Gets one table or view, with its columns.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/tables/:catalog/:schema/:name", tag: "Unity Catalog" },
  target: targets.securable("table"),
  params: z.strictObject({
    ...schemaParams,
    name: securableName.describe("The table's name, without catalog and schema."),
  }),
  result: table,
  examples: [
    {
      params: { catalog: "samples", schema: "nyctaxi", name: "trips" },
      result: {
        name: "trips",
        full_name: "samples.nyctaxi.trips",
        catalog_name: "samples",
        schema_name: "nyctaxi",
        columns: [
          { name: "fare_amount", type_text: "double", type_name: "DOUBLE", position: 0, nullable: true },
        ],
      },
    },
  ],
});
