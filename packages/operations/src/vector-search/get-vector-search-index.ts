import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleIndex, exampleIndexParams, indexParams, vectorSearchIndex } from "./vector-search-index.ts";

export const getVectorSearchIndex = defineOperation({
  name: "get_vector_search_index",
  domain: "vector_search",
  since: "0.1.0",
  summary: "Gets one vector search index.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/vector-search/indexes/:catalog/:schema/:name" },
  target: targets.securable("vector_search_index"),
  params: z.strictObject(indexParams),
  result: vectorSearchIndex,
  examples: [{ params: exampleIndexParams, result: exampleIndex }],
});
