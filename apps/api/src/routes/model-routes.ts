import { modelRequest, type OperationError, operations, servingEndpointName } from "@front-door/operations";
import type { Response } from "express";
import type * as z from "zod";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { paramsByPlace, routeOf } from "../routing/operation-route.ts";
import type { Exchange, Route, Services } from "../routing/route.ts";

const { query_serving_endpoint: definition } = operations;
const { path, bodyBytesMax, ...route } = routeOf("query_serving_endpoint");
const [example] = definition.examples;
const eventStream = "text/event-stream";

const common = {
  ...route,
  errors: [...definition.errors, "HTTP_VERSION_NOT_SUPPORTED"],
  replies: {
    200: {
      description: "The model's answer.",
      json: definition.result,
      example: example?.result,
      bytes: [eventStream],
    },
  },
} satisfies Partial<Route>;

/** Asks the model of the endpoint in the path. The body is the model's own. */
export const queryServingEndpoint: Route = {
  ...common,
  path,
  pathParams: paramsByPlace(definition.params, path).pathParams,
  jsonBody: {
    schema: modelRequest,
    description: "What the model takes.",
    example: example?.params.request,
  },
  async handle(exchange, services) {
    const { req, res, pathParams } = exchange;
    refuseUnlessStreamable(exchange);
    const request = await services.readJsonBody(req, res, modelRequest, bodyBytesMax);
    await passOn({ ...(pathParams as { endpoint_name: string }), request }, exchange, services);
  },
};

/** The paths that OpenAI's clients append to their base URL, here `/api/openai`. */
export const openAiRoutes: readonly Route[] = [
  openAiRoute("create_chat_completion", "/api/openai/chat/completions", "Chats with a model", {
    model: "echo-chat",
    ...example?.params.request,
  }),
  openAiRoute("create_completion", "/api/openai/completions", "Lets a model go on with a text", {
    model: "echo-chat",
    prompt: "Once upon a time",
  }),
  openAiRoute("create_embedding", "/api/openai/embeddings", "Makes vectors of texts", {
    model: "hash-embedding",
    input: ["a red apple", "a green pear"],
  }),
];

function openAiRoute(operationId: string, openAiPath: string, what: string, exampleBody: object): Route {
  const body = modelRequest.safeExtend({
    model: servingEndpointName.describe("The name of the serving endpoint."),
  });
  return {
    ...common,
    path: openAiPath,
    operationId,
    summary: `${what}, for OpenAI's clients: \`model\` is the name of a serving endpoint.`,
    jsonBody: { schema: body, description: "What the model takes.", example: exampleBody },
    async handle(exchange, services) {
      const { req, res } = exchange;
      refuseUnlessStreamable(exchange);
      const { model, ...request } = await services.readJsonBody(req, res, body, bodyBytesMax);
      await passOn({ endpoint_name: model, request }, exchange, services);
    },
  };
}

function refuseUnlessStreamable({ req }: Exchange): void {
  const refusal: OperationError | undefined = whyNotStreamed(req);
  if (refusal !== undefined) throw refusal;
}

/** Each piece goes out by itself and uncompressed: a word of a model is smaller than the frame of what would compress it. */
async function passOn(
  params: z.output<typeof definition.params>,
  { res, call }: Exchange,
  { gateway, limits }: Services,
): Promise<void> {
  const reply = await gateway.stream("query_serving_endpoint", params, call);
  const { "content-type": type = "application/json", "content-length": length } = reply.headers;
  res.status(200);
  res.setHeader("Content-Type", type);
  if (length !== undefined) res.setHeader("Content-Length", length);
  if (type.startsWith(eventStream)) keepProxiesFromWaiting(res);
  // The gateway bounds pauses of the model.
  await passOnBody(res, reply.body, Math.max(limits.fileIdleTimeoutMs, definition.timeoutMs));
}

/** nginx collects a reply until its buffer is full, unless it is told not to. */
function keepProxiesFromWaiting(res: Response): void {
  res.setHeader("X-Accel-Buffering", "no");
}
