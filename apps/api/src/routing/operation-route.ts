import type { JsonOperationName } from "@front-door/gateway-client";
import {
  definitionOf,
  domains,
  type OperationDefinition,
  type OperationName,
  type OperationParams,
} from "@front-door/operations";
import * as z from "zod";
import { hasNoBody } from "../http/json-body.ts";
import { sendJson } from "../http/send-json.ts";
import { allows, checkNeededOperations } from "../sign-in/allowed-operations.ts";
import type { Route } from "./route.ts";

/** The parts of a public route that follow from the operation's definition. Throws if it has no public route. */
export function routeOf(operation: OperationName) {
  const { domain, route, summary, description, errors } = definitionOf(operation);
  if (route === undefined) throw new Error(`${operation} has no public route`);
  return {
    ...route,
    tag: domains[domain].title,
    operationId: operation,
    operation,
    summary,
    description,
    errors,
  };
}

/** The public route of a JSON operation. */
export function operationRoute(operation: JsonOperationName): Route {
  const definition = definitionOf(operation);
  const route = routeOf(operation);
  const { pathParams, otherParams } = paramsByPlace(definition.params, route.path);
  const hasBody = takesBody(route) && Object.keys(otherParams.shape).length > 0;
  const needsBody = hasBody && !otherParams.safeParse({}).success;
  const [status, replies] = successOf(definition);
  return {
    ...route,
    pathParams,
    ...(hasBody ? { jsonBody: jsonBodyOf(definition, otherParams) } : { query: otherParams }),
    replies,
    async handle({ req, res, pathParams: inPath, query, call }, { gateway, readJsonBody }) {
      const isSent = needsBody || (hasBody && !hasNoBody(req));
      const body = isSent ? await readJsonBody(req, res, otherParams, route.bodyBytesMax) : {};
      // Each part was checked by the matching part of the operation's schema.
      const params = { ...query, ...body, ...inPath } as OperationParams<typeof operation>;
      // The guard has not read the parameters, and the gateway does not know what an API key allows.
      const allowed = res.locals.caller?.allowedOperations;
      checkNeededOperations((each) => allows(allowed, each), operation, params);
      const reply = await gateway.callForBytes(operation, params, call);
      if (status === 204) res.status(204).end();
      else sendJson(res, status ?? (isCreated(reply) ? 201 : 200), reply);
    },
  };
}

export function takesBody({ method }: Pick<Route, "method">): boolean {
  return ["post", "put", "patch"].includes(method);
}

/** The operation's parameters that the path names, and the others. */
export function paramsByPlace(params: z.ZodObject, path: string) {
  const inPath = Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name);
  // The definition's own schema if possible: it may have a name, and rules about several parameters.
  if (inPath.length === 0) return { pathParams: z.strictObject({}), otherParams: params };
  const byPlace = Map.groupBy(Object.entries(params.shape), ([name]) => inPath.includes(name));
  return {
    pathParams: z.strictObject(Object.fromEntries(byPlace.get(true) ?? [])),
    otherParams: z.strictObject(Object.fromEntries(byPlace.get(false) ?? [])),
  };
}

/** The body of a request, whose schema is a part of the operation's. */
export function jsonBodyOf(
  { examples }: Pick<OperationDefinition, "examples">,
  schema: z.ZodObject,
): NonNullable<Route["jsonBody"]> {
  const example = Object.entries({ ...examples[0]?.params }).filter(([name]) => name in schema.shape);
  return { schema, description: "The parameters.", example: Object.fromEntries(example) };
}

/** The status of a success, undefined if the reply's `created` decides it, and the description of every success. */
function successOf(definition: OperationDefinition): [number | undefined, Route["replies"]] {
  const { route, summary, result, examples } = definition;
  const example = { ...examples[0]?.result };
  const reply = { json: result, example };
  if (route?.method === "delete") return [204, { 204: { description: "Deleted." } }];
  if (route?.method === "post" && result.shape["created"] instanceof z.ZodBoolean) {
    return [
      undefined,
      {
        201: { ...reply, description: "Created by this request." },
        200: {
          ...reply,
          description: "It already existed.",
          example: { ...example, created: false },
        },
      },
    ];
  }
  const status = route?.status ?? 200;
  return [status, { [status]: { ...reply, description: summary } }];
}

/** The `created` of a reply that is otherwise passed on unread. */
function isCreated(reply: Buffer): boolean {
  const { created } = JSON.parse(reply.toString("utf8")) as { readonly created?: unknown };
  return created === true;
}
