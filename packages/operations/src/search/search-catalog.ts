import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageParams } from "../paging.ts";
import { readingHints } from "../read-leniently.ts";
import { securableName } from "../securable-name.ts";
import { tableType } from "../tables/get-table.ts";

const searchableTypes = ["catalog", "schema", "table", "volume", "function"] as const;

const foundSecurable = z
  .object({
    securable_type: z.enum(searchableTypes).describe("What it is. A view is a table."),
    full_name: z.string().describe("Its name with those of what it is in: `catalog.schema.table`."),
    table_type: tableType.optional(),
  })
  .meta({ id: "FoundSecurable" });

export const searchCatalog = defineOperation({
  name: "search_catalog",
  domain: "unity_catalog",
  since: "0.1.0",
  summary: "Searches by name the catalogs, schemas, tables, volumes and functions that the identity may see.",
  description:
    "Finds names that contain the text, in any letter case; a text with a period in it, such as `sales.ord`, is looked for in full names. It needs no SQL warehouse. One call makes a limited number of requests to Databricks, so a page can have few entries, or none, and a `next_page_token`: go on until there is none.",
  kind: "query",
  timeoutMs: 60_000,
  errors: ["CATALOG_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/search" },
  // Without a catalog it leaves out those that are not allowed, as their listing does.
  target: ({ catalog }) => ({
    kind: "securable",
    type: catalog === undefined ? "catalog" : "schema",
    catalog,
    schema: undefined,
    name: undefined,
  }),
  params: z.strictObject({
    query: z
      .string()
      .min(1, "must not be empty")
      .max(255)
      .regex(/^[^\p{Cc}]*$/u, "must not contain control characters")
      .describe("The text to find."),
    securable_type: z.enum(searchableTypes).optional().describe("Only objects of this type. Default: all."),
    catalog: securableName.optional().describe("Only in this catalog. Default: in all."),
    page_token: pageParams.page_token,
    max_results: z.int().min(1).max(1000).default(100).describe("The most entries in the page."),
  }),
  result: z
    .object({
      results: z.array(foundSecurable).default([]).describe("What was found on this page."),
      not_searched: z
        .array(z.string())
        .optional()
        .describe("Catalogs and schemas that Databricks refused to list, so that they were not searched."),
      next_page_token: z
        .string()
        .optional()
        .describe("Pass it as `page_token` to go on with the search. Absent at its end.")
        .register(readingHints, { mayBeLeftOut: false }),
    })
    .meta({ id: "SearchPage" }),
  examples: [
    {
      params: { query: "trip" },
      result: {
        results: [{ securable_type: "table", full_name: "samples.nyctaxi.trips", table_type: "MANAGED" }],
      },
    },
  ],
});
