import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import {
  exampleServingEndpoint,
  servingEndpoint,
  servingEndpointName,
  servingEndpointTarget,
} from "./serving-endpoint.ts";

export const getServingEndpoint = defineOperation({
  name: "get_serving_endpoint",
  domain: "serving",
  since: "0.1.0",
  summary: "Gets one serving endpoint.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/serving-endpoints/:endpoint_name" },
  target: servingEndpointTarget,
  params: z.strictObject({ endpoint_name: servingEndpointName }),
  result: servingEndpoint,
  examples: [{ params: { endpoint_name: "echo-chat" }, result: exampleServingEndpoint }],
});
