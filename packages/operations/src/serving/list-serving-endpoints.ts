import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleServingEndpoint, servingEndpoint } from "./serving-endpoint.ts";

export const listServingEndpoints = defineOperation({
  name: "list_serving_endpoints",
  domain: "serving",
  since: "0.1.0",
  summary: "Lists the serving endpoints that the identity may see.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/serving-endpoints" },
  target: targets.nothing,
  params: z.strictObject({}),
  result: z
    .object({
      endpoints: z.array(servingEndpoint).default([]).describe("All endpoints, without paging."),
    })
    .meta({ id: "ServingEndpoints" }),
  examples: [{ params: {}, result: { endpoints: [exampleServingEndpoint] } }],
});
