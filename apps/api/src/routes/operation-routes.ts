import type { JsonOperationName } from "@front-door/gateway-client";
import { type OperationParams, operations } from "@front-door/operations";
import type * as z from "zod";
import { sendJson } from "../http/send-json.ts";
import type { Exchange, Route, Services } from "../routing/route.ts";

/** `GET`: the parameters stand in the query, the operation's JSON is passed on as it came. */
export function queryRoute(path: string, operation: JsonOperationName, tag: Route["tag"]): Route {
  const definition = operations[operation];
  return {
    ...operationRoute("get", path, operation, tag),
    query: definition.params,
    replies: {
      200: { description: definition.summary, json: definition.result, example: resultExample(operation) },
    },
    async handle(exchange, services) {
      sendJson(exchange.res, 200, await run(operation, exchange.query, exchange, services));
    },
  };
}

/** `DELETE`: the parameters stand in the query, and there is nothing to say but that it is done. */
export function deleteRoute(path: string, operation: JsonOperationName, tag: Route["tag"]): Route {
  return {
    ...operationRoute("delete", path, operation, tag),
    query: operations[operation].params,
    replies: { 204: { description: "It is gone." } },
    async handle(exchange, services) {
      await run(operation, exchange.query, exchange, services);
      exchange.res.status(204).end();
    },
  };
}

/** Operations that make what is not there, and say in `created` whether they did. */
type CreatingOperation = "ensure_volume" | "create_directory";

/** A body of its own for a route, where people may write more than the operation takes. */
export interface CreationBody<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly example: z.input<Schema>;
  /** Throws an `OperationError` for what only shows when it is made into parameters. */
  toParams(body: z.output<Schema>): object;
}

/** `POST` with a JSON body: 201 when the operation made it, 200 when it was there. */
export function createRoute(
  path: string,
  operation: CreatingOperation,
  tag: Route["tag"],
  // A method's parameter is checked both ways, so a body of any schema fits here.
  body: CreationBody = {
    schema: operations[operation].params,
    example: paramsExample(operation),
    toParams: (params) => params as object,
  },
): Route {
  const { result } = operations[operation];
  const example = resultExample(operation);
  return {
    ...operationRoute("post", path, operation, tag),
    jsonBody: { schema: body.schema, description: "What to make.", example: body.example },
    replies: {
      201: { description: "It was made by this request.", json: result, example },
      200: {
        description: "It was there before, and is as it was.",
        json: result,
        example: { ...example, created: false },
      },
    },
    async handle(exchange, services) {
      const given = await services.readJsonBody(exchange.req, exchange.res, body.schema);
      const reply = await run(operation, body.toParams(given), exchange, services);
      sendJson(exchange.res, isCreated(reply) ? 201 : 200, reply);
    },
  };
}

/** What every route of an operation takes from its definition. */
export function operationRoute(
  method: Route["method"],
  path: string,
  operation: NonNullable<Route["operation"]>,
  tag: Route["tag"],
) {
  const { summary, errors } = operations[operation];
  return {
    method,
    path,
    operationId: operation,
    tag,
    summary,
    operation,
    errors,
  } as const;
}

/** Runs an operation for the route's caller and gives its JSON unread. */
function run(
  operation: JsonOperationName,
  params: object,
  { call }: Exchange,
  { gateway }: Services,
): Promise<Buffer> {
  // The route's schema is the operation's own, or made for it: the gateway checks once more.
  const checked = params as OperationParams<typeof operation>;
  return gateway.callForBytes(operation, checked, call);
}

/** Reads `created` out of a reply that is otherwise passed on. */
function isCreated(reply: Buffer): boolean {
  const value: unknown = JSON.parse(reply.toString("utf8"));
  return typeof value === "object" && value !== null && "created" in value && value.created === true;
}

function paramsExample(operation: NonNullable<Route["operation"]>): object {
  return operations[operation].examples[0]?.params ?? {};
}

function resultExample(operation: NonNullable<Route["operation"]>): object {
  return operations[operation].examples[0]?.result ?? {};
}
