import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { exampleQuery, savedQuery } from "./saved-query.ts";

export const listSavedQueries = defineOperation({
  name: "list_saved_queries",
  domain: "sql",
  since: "0.1.0",
  summary: "Lists the saved queries that the identity may see, with their SQL.",
  kind: "query",
  errors: [],
  // Their texts can name, and quote, anything.
  reachesAnyData: true,
  route: { method: "get", path: "/api/saved-queries" },
  target: targets.nothing,
  params: z.strictObject({
    page_token: pageParams.page_token,
    page_size: z.int().min(1).max(100).optional().describe("The most entries in the page, 1 to 100."),
  }),
  result: pageOf("SavedQueryPage", {
    queries: z.array(savedQuery).default([]).describe("The saved queries of this page."),
  }),
  examples: [{ params: { page_size: 20 }, result: { queries: [exampleQuery] } }],
});
