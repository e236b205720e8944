import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { schemaParams, securableName } from "../securable-name.ts";
import { queryResult } from "../sql/query-result.ts";
import { numbersAsStrings, resultFormat } from "../sql/result-format.ts";
import { targets } from "../target.ts";
import { onWarehouse } from "../warehouses/warehouse.ts";

const rowLimitMax = 10_000;
const rowLimitDefault = 100;

export const previewTable = defineOperation({
  name: "preview_table",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Gets some rows of a table or view.",
  description:
    "Which rows is up to Databricks: those that it finds first. It reads no more than it needs, on a SQL warehouse and as the identity of the request.",
  kind: "query",
  transfer: "stream",
  timeoutMs: 60_000,
  errors: [
    "TABLE_DOES_NOT_EXIST",
    "STATEMENT_FAILED",
    "ROW_TOO_LARGE",
    "RESOURCE_DOES_NOT_EXIST",
    "WAREHOUSE_STARTING",
  ],
  route: { method: "get", path: "/api/tables/preview" },
  target: targets.securable("table"),
  params: z.strictObject({
    ...schemaParams,
    name: securableName.describe("The table's name, without catalog and schema."),
    row_limit: z
      .int()
      .min(1)
      .max(rowLimitMax)
      .default(rowLimitDefault)
      .describe("The most rows to return; `truncated` says whether there are more."),
    ...onWarehouse,
    numbers_as_strings: numbersAsStrings,
    format: resultFormat,
  }),
  result: queryResult,
  examples: [
    {
      params: { catalog: "samples", schema: "nyctaxi", name: "trips", row_limit: 1 },
      result: {
        columns: [{ name: "fare_amount", type: "DOUBLE", type_text: "DOUBLE", nullable: true, position: 0 }],
        rows: [[12.5]],
        row_count: 1,
        truncated: true,
      },
    },
  ],
});
