import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import {
  exampleEndpoint,
  vectorSearchEndpoint,
  vectorSearchEndpointName,
  vectorSearchEndpointTarget,
} from "./vector-search-endpoint.ts";

export const getVectorSearchEndpoint = defineOperation({
  name: "get_vector_search_endpoint",
  domain: "vector_search",
  since: "0.1.0",
  summary: "Gets one vector search endpoint.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/vector-search/endpoints/:endpoint_name" },
  target: vectorSearchEndpointTarget,
  params: z.strictObject({ endpoint_name: vectorSearchEndpointName }),
  result: vectorSearchEndpoint,
  examples: [{ params: { endpoint_name: "local-search" }, result: exampleEndpoint }],
});
