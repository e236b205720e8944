import { openAiRoutes } from "../src/routes/model-routes.ts";
import type { FailingRequest, RouteRequest } from "./route-request.ts";
import type { Stack } from "./start-stack.ts";

const invocations = (name: string) => `/api/serving-endpoints/${name}/invocations`;
const taxiSpace = "/api/genie/spaces/01f0c0ffee001e5f8a9b0c1d2e3f4a5b";
const noMessage = `${taxiSpace}/conversations/nowhere/messages/nowhere`;

/** A message of Genie whose query has succeeded. */
async function genieMessage(stack: Stack) {
  const json = { content: "How many trips are there?" };
  const started = (await stack.call("POST", `${taxiSpace}/start-conversation`, { json })).json;
  const conversation = `${taxiSpace}/conversations/${started.conversation_id}`;
  const message = `${conversation}/messages/${started.message_id}`;
  const lines = (await stack.call("GET", `${message}/events`)).text.trimEnd().split("\n");
  const { attachments } = JSON.parse(lines.at(-2) ?? "");
  return { conversation, message, attachment: `${message}/attachments/${attachments[0].attachment_id}` };
}

/** The requests to models, Genie and vector search that succeed and are not simply the example of the definition. */
export const modelRequests: Readonly<Record<string, (stack: Stack) => RouteRequest | Promise<RouteRequest>>> =
  {
    query_serving_endpoint: () => ({ path: invocations("echo-chat"), json: { prompt: "Hello" } }),
    ...Object.fromEntries(
      openAiRoutes.map(({ operationId, path, jsonBody }) => [
        operationId,
        () => ({ path, json: jsonBody?.example }),
      ]),
    ),
    create_genie_message: async (stack) => ({
      path: `${(await genieMessage(stack)).conversation}/messages`,
      json: { content: "Why?" },
    }),
    get_genie_message: async (stack) => ({ path: (await genieMessage(stack)).message }),
    watch_genie_message: async (stack) => ({ path: `${(await genieMessage(stack)).message}/events` }),
    get_genie_query_result: async (stack) => ({
      path: `${(await genieMessage(stack)).attachment}/query-result`,
    }),
  };

/** The errors of the routes of models, Genie and vector search that are not those of every route. */
export const modelErrors: Readonly<Record<string, readonly FailingRequest[]>> = {
  get_serving_endpoint: [missing("/api/serving-endpoints/nowhere")],
  query_serving_endpoint: [missing(invocations("nowhere"), {})],
  ...Object.fromEntries(
    openAiRoutes.map(({ operationId, path }) => [operationId, [missing(path, { model: "nowhere" })]]),
  ),
  get_genie_space: [missing("/api/genie/spaces/nowhere")],
  start_genie_conversation: [
    missing("/api/genie/spaces/nowhere/start-conversation", {
      content: "Why?",
    }),
  ],
  create_genie_message: [
    missing(`${taxiSpace}/conversations/nowhere/messages`, {
      content: "Why?",
    }),
  ],
  get_genie_message: [missing(noMessage)],
  watch_genie_message: [missing(`${noMessage}/events`)],
  get_genie_query_result: [
    missing(`${noMessage}/attachments/nowhere/query-result`),
    {
      code: "RESOURCE_CONFLICT",
      fault: { body: { statement_response: { status: { state: "RUNNING" } } } },
    },
  ],
  get_vector_search_endpoint: [missing("/api/vector-search/endpoints/nowhere")],
  list_vector_search_indexes: [missing("/api/vector-search/indexes?endpoint_name=nowhere")],
  get_vector_search_index: [missing("/api/vector-search/indexes/main/default/nowhere")],
  query_vector_search_index: [
    missing("/api/vector-search/indexes/main/default/nowhere/query", {
      columns: ["x"],
      query_text: "x",
    }),
  ],
};

function missing(path: string, json?: object): FailingRequest {
  return { code: "RESOURCE_DOES_NOT_EXIST", request: json === undefined ? { path } : { path, json } };
}
