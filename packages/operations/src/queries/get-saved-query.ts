import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleQuery, savedQuery } from "./saved-query.ts";

export const getSavedQuery = defineOperation({
  name: "get_saved_query",
  domain: "sql",
  since: "0.1.0",
  summary: "Gets one saved query, with its SQL.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  reachesAnyData: true,
  route: { method: "get", path: "/api/saved-queries/:saved_query_id" },
  target: targets.resource("saved_query"),
  params: z.strictObject({
    saved_query_id: z
      .string()
      .regex(/^[0-9A-Za-z_-]{1,64}$/, "must be the id of a saved query")
      .describe("The id of a saved query."),
  }),
  result: savedQuery,
  examples: [{ params: { saved_query_id: exampleQuery.id }, result: exampleQuery }],
});
