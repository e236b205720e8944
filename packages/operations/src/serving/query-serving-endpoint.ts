import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { modelRequest } from "./model-request.ts";
import { servingEndpointName, servingEndpointTarget } from "./serving-endpoint.ts";
import { tokenUsage } from "./token-usage.ts";

export const queryServingEndpoint = defineOperation({
  name: "query_serving_endpoint",
  domain: "serving",
  since: "0.1.0",
  summary: "Asks the model of a serving endpoint: chat, completions, embeddings, or a custom model.",
  description: [
    "The body is what the model takes, and the reply is what it answers, both passed on unchanged.",
    'With `"stream": true` the reply is `text/event-stream`: each event is passed on as soon as the model has made it. A reply that fails in between ends with an event whose data is an error envelope, or with a broken connection. If the caller hangs up, the model is told.',
    "A model may do anything, an agent's in particular, so this counts as a change. The audit line has the tokens that the reply names.",
  ].join("\n\n"),
  kind: "mutation",
  reachesAnyData: true,
  transfer: "events",
  // Databricks ends a request to a model after 297 seconds.
  timeoutMs: 300_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: {
    method: "post",
    path: "/api/serving-endpoints/:endpoint_name/invocations",
    // What POST /run takes, less what is around it there.
    bodyBytesMax: 960 * 1024,
  },
  target: servingEndpointTarget,
  params: z.strictObject({ endpoint_name: servingEndpointName, request: modelRequest }),
  result: z
    .looseObject({
      usage: tokenUsage.nullish().describe("The tokens that it took, for a language model."),
    })
    .meta({ id: "ModelReply" }),
  examples: [
    {
      params: {
        endpoint_name: "echo-chat",
        request: { messages: [{ role: "user", content: "Hello there" }] },
      },
      result: {
        object: "chat.completion",
        model: "echo-chat",
        choices: [
          { index: 0, message: { role: "assistant", content: "Hello there" }, finish_reason: "stop" },
        ],
        usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
      },
    },
  ],
});
