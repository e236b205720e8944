import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { exampleEndpoint, vectorSearchEndpoint } from "./vector-search-endpoint.ts";

export const listVectorSearchEndpoints = defineOperation({
  name: "list_vector_search_endpoints",
  domain: "vector_search",
  since: "0.1.0",
  summary: "Lists the vector search endpoints.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/vector-search/endpoints" },
  target: targets.nothing,
  params: z.strictObject({ page_token: pageParams.page_token }),
  result: pageOf("VectorSearchEndpointPage", {
    endpoints: z.array(vectorSearchEndpoint).default([]).describe("The endpoints of this page."),
  }),
  examples: [{ params: {}, result: { endpoints: [exampleEndpoint] } }],
});
