import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { vectorSearchEndpointName } from "./vector-search-endpoint.ts";
import { exampleIndexParams, indexParams } from "./vector-search-index.ts";

/** Databricks returns no more. */
const resultsMax = 10_000;
const column = z.string().min(1).max(255);

const resultColumn = z
  .object({
    name: z.string().describe("The column's name; `score` is how near the row is."),
    type_text: z.string().optional().describe("The column's type, as SQL writes it."),
  })
  .meta({ id: "VectorSearchColumn" });

export const queryVectorSearchIndex = defineOperation({
  name: "query_vector_search_index",
  domain: "vector_search",
  since: "0.1.0",
  summary: "Finds the rows of a vector search index that are nearest to a text or a vector.",
  description:
    "Give `query_text` for an index that makes the vectors itself, and `query_vector` for one that does not. Databricks returns at most 1,000 rows at a time, and 10,000 in all.",
  kind: "query",
  timeoutMs: 60_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/vector-search/indexes/:catalog/:schema/:name/query" },
  target: targets.securable("vector_search_index"),
  // The caller chooses the model of a reranker, and what it gets. The index's own model is its owner's choice.
  alsoNeeds: { reranker: ["query_serving_endpoint"], columns_to_rerank: ["query_serving_endpoint"] },
  params: z.strictObject({
    ...indexParams,
    columns: z
      .array(column)
      .min(1)
      .max(1_000)
      .describe("The columns to return, in this order, before the score."),
    query_text: z.string().min(1).max(100_000).optional().describe("The text to look for."),
    query_vector: z.array(z.number()).min(1).max(16_384).optional().describe("The vector to look for."),
    query_type: z
      .enum(["ANN", "HYBRID", "FULL_TEXT"])
      .optional()
      .describe("How to look: by vector (the default), by vector and words, or by words."),
    num_results: z
      .int()
      .min(1)
      .max(resultsMax)
      .optional()
      .describe("How many rows to find, 1 to 10,000. Default: 10."),
    filters_json: z
      .string()
      .max(100_000)
      .refine(isJsonObject, "must be a JSON object as text")
      .optional()
      .describe('Which rows to look among, as JSON in a text: `{"id <": 5, "color": ["red", "blue"]}`.'),
    score_threshold: z.number().optional().describe("The least score of a row."),
    columns_to_rerank: z
      .array(column)
      .max(1_000)
      .optional()
      .describe("The columns that the reranker gets; `reranker` says the same in its newer form."),
    reranker: z
      .strictObject({
        model: z.string().min(1).describe("`databricks_reranker`, or a serving endpoint with one."),
        parameters: z
          .strictObject({
            columns_to_rerank: z.array(column).max(1_000).optional().describe("The columns that it gets."),
          })
          .meta({ id: "RerankerParameters" })
          .optional()
          .describe("What it gets."),
      })
      .meta({ id: "Reranker" })
      .optional()
      .describe(
        "Puts the first rows into a better order by a model. Needs the right to `query_serving_endpoint` too.",
      ),
    endpoint_name: vectorSearchEndpointName
      .optional()
      .describe("The index's endpoint. Only with `page_token`, where Databricks may ask for it."),
    page_token: pageParams.page_token,
  }),
  result: pageOf("VectorSearchResult", {
    manifest: z
      .object({
        columns: z.array(resultColumn).default([]).describe("The columns, in the order of the values."),
      })
      .meta({ id: "VectorSearchManifest" })
      .describe("What the values are."),
    result: z
      .object({
        data_array: z
          .array(z.array(z.unknown()))
          .default([])
          .describe("The rows, the nearest first, each an array of values by position."),
        row_count: z.int().nonnegative().optional().describe("How many rows this is."),
      })
      .meta({ id: "VectorSearchRows" })
      .describe("The rows of this page."),
  }),
  examples: [
    {
      params: { ...exampleIndexParams, columns: ["n_name"], query_text: "sleepy foxes", num_results: 1 },
      result: {
        manifest: { columns: [{ name: "n_name", type_text: "string" }, { name: "score" }] },
        result: { data_array: [["FRANCE", 0.57]], row_count: 1 },
      },
    },
  ],
});

/** It stays a text, so that no integer in it is rounded. */
function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
