import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { vectorSearchEndpointName, vectorSearchEndpointTarget } from "./vector-search-endpoint.ts";
import { exampleIndex, listedIndex } from "./vector-search-index.ts";

export const listVectorSearchIndexes = defineOperation({
  name: "list_vector_search_indexes",
  domain: "vector_search",
  since: "0.1.0",
  summary: "Lists the indexes of a vector search endpoint.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/vector-search/indexes" },
  target: vectorSearchEndpointTarget,
  params: z.strictObject({
    endpoint_name: vectorSearchEndpointName,
    page_token: pageParams.page_token,
  }),
  result: pageOf("VectorSearchIndexPage", {
    vector_indexes: z.array(listedIndex).default([]).describe("The indexes of this page."),
  }),
  examples: [{ params: { endpoint_name: "local-search" }, result: { vector_indexes: [exampleIndex] } }],
});
