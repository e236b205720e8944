import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { openEnum } from "../open-enum.ts";
import { fullName, schemaObjectFields } from "../securable-fields.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { columnType, columnTypeText } from "../sql/column-type.ts";
import { targets } from "../target.ts";

const column = z
  .object({
    name: z.string().describe("The column's name."),
    type: columnType.optional(),
    type_text: z.string().optional().describe(columnTypeText),
    position: z.int().optional().describe("Its place in the table, from 0."),
    nullable: z.boolean().optional().describe("Whether it can hold NULL."),
    comment: z.string().optional().describe("The column's comment."),
  })
  .meta({ id: "Column" });

export const tableType = openEnum(
  "TableType",
  [
    "MANAGED",
    "EXTERNAL",
    "VIEW",
    "MATERIALIZED_VIEW",
    "STREAMING_TABLE",
    "FOREIGN",
    "METRIC_VIEW",
    "MANAGED_SHALLOW_CLONE",
    "EXTERNAL_SHALLOW_CLONE",
  ],
  "Where its rows are.",
);

export const table = z
  .object({
    name: z.string().describe("The table's name."),
    full_name: fullName("`catalog.schema.table`.", "catalog_name", "schema_name", "name"),
    table_type: tableType.optional(),
    data_source_format: z.string().optional().describe("`DELTA`, `PARQUET`, `CSV`, …"),
    columns: z.array(column).optional().describe("Its columns, in order."),
    ...schemaObjectFields,
  })
  .meta({ id: "Table" });

/** The parameters that name a table. */
export const tableParams = {
  ...schemaParams,
  name: securableName.describe("The table's name, without catalog and schema."),
};

export const getTable = defineOperation({
  name: "get_table",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets one table or view, with its columns.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["CATALOG_DOES_NOT_EXIST", "SCHEMA_DOES_NOT_EXIST", "TABLE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/tables/:catalog/:schema/:name" },
  target: targets.securable("table"),
  params: z.strictObject(tableParams),
  result: table,
  examples: [
    {
      params: { catalog: "samples", schema: "nyctaxi", name: "trips" },
      result: {
        name: "trips",
        full_name: "samples.nyctaxi.trips",
        catalog_name: "samples",
        schema_name: "nyctaxi",
        columns: [{ name: "fare_amount", type: "DOUBLE", type_text: "DOUBLE", position: 0, nullable: true }],
      },
    },
  ],
});
