import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { readingHints } from "../read-leniently.ts";
import { securableName } from "../securable-name.ts";
import { targets } from "../target.ts";
import { tableType } from "./get-table.ts";

const pattern = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}]*$/u, "must not contain control characters")
  .optional();

const tableSummary = z
  .object({
    full_name: z.string().describe("`catalog.schema.table`.").register(readingHints, { mayBeLeftOut: false }),
    table_type: tableType.optional(),
  })
  .meta({ id: "TableSummary" });

export const listTableSummaries = defineOperation({
  name: "list_table_summaries",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Lists the names of the tables and views of a whole catalog that the identity may see.",
  kind: "query",
  errors: ["CATALOG_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/table-summaries" },
  target: targets.securable("table"),
  params: z.strictObject({
    catalog: securableName.describe("The catalog's name."),
    schema_name_pattern: pattern.describe(
      "A pattern of SQL's LIKE for the schema's name: `%` is any text, `_` any character. Default: every schema.",
    ),
    table_name_pattern: pattern.describe("Such a pattern for the table's name. Default: every table."),
    ...pageParams,
  }),
  result: pageOf("TableSummaryPage", {
    tables: z.array(tableSummary).default([]).describe("The tables of this page."),
  }),
  examples: [
    {
      params: { catalog: "samples", table_name_pattern: "tri%" },
      result: { tables: [{ full_name: "samples.nyctaxi.trips", table_type: "MANAGED" }] },
    },
  ],
});
