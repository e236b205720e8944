import { gatewayHeader, parseParameters, parseTimeoutMs, workspaceName } from "@front-door/operations";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from "express";
import * as z from "zod";
import { methodNotAllowed } from "../http/error-reply.ts";
import { type QueryReader, queryReader } from "../http/query.ts";
import { countedAs } from "../rate-limit/rate-limit.ts";
import type { Caller } from "../sign-in/caller.ts";
import { createGuard, type GuardParts } from "./guard.ts";
import type { Exchange, Route, Services } from "./route.ts";

/** Every operation takes this parameter besides its own. */
const workspaceParameter = z.strictObject({
  workspace: workspaceName
    .optional()
    .describe("One of the configured workspaces, by name. Default: the first."),
});

export interface RoutingParts extends GuardParts {
  readonly services: Services;
  readonly replyToError: ErrorRequestHandler;
}

/** Serves the routes. A known path returns 405 and `Allow` for every other method. */
export function mountRoutes(app: Express, routes: readonly Route[], parts: RoutingParts): void {
  const byPath = Map.groupBy(routes, (route) => route.path);
  for (const [path, pathRoutes] of byPath) {
    const mounted = app.route(path);
    // Express serves HEAD from a GET route unless a HEAD route comes first.
    for (const route of pathRoutes.toSorted(
      (a, b) => Number(b.method === "head") - Number(a.method === "head"),
    )) {
      mounted[route.method](serve(route, parts));
    }
    mounted.all(methodNotAllowed(allowOf(pathRoutes)));
  }
}

function serve(route: Route, parts: RoutingParts): RequestHandler {
  const { services, replyToError } = parts;
  const guard = createGuard(route, parts);
  // Built once: building a schema costs more than the rest of a request.
  const readQuery: QueryReader = route.readsQuery ? () => ({}) : queryReader(queryOf(route));
  const { pathParams = z.strictObject({}) } = route;
  return async (req, res, next) => {
    try {
      await guard(req, res);
      const { workspace, ...query } = readQuery(req.originalUrl);
      const exchange = {
        req,
        res,
        pathParams: parseParameters(pathParams, req.params),
        query,
        call: callOf(req, res, parts, workspace as z.output<typeof workspaceName> | undefined),
      };
      await route.handle(exchange, services);
    } catch (error) {
      // Express would look through every later route for an error handler.
      replyToError(error, req, res, next);
    }
  };
}

function callOf(
  req: Request,
  res: Response,
  { access }: Pick<RoutingParts, "access">,
  workspace: string | undefined,
): Exchange["call"] {
  const { locals } = res;
  const { caller, requestId, span } = locals;
  const timeoutMs = parseTimeoutMs(req.headers[gatewayHeader.timeoutMs]);
  locals.hangUp = new AbortController();
  return {
    requestId,
    traceHeaders: span?.headers(),
    auth: authOf(caller),
    workspace,
    caller: caller?.name,
    callerMode: caller?.mode,
    callerGroups: access && caller?.groups,
    countedAs: countedAs(req, res),
    endsAt: timeoutMs && locals.startedAt + timeoutMs,
    signal: locals.hangUp.signal,
  };
}

function authOf(caller: Partial<Caller> = {}): Exchange["call"]["auth"] {
  const { session, subjectToken, databricksToken: token } = caller;
  if (session !== undefined) return { session };
  if (subjectToken !== undefined) return { subject_token: subjectToken };
  return token === undefined ? undefined : { token };
}

/** The route's own query parameters, and `workspace` if it runs an operation. */
export function queryOf({ operation, query }: Route): z.ZodObject {
  return z.strictObject({ ...query?.shape, ...(operation === undefined ? {} : workspaceParameter.shape) });
}

function allowOf(routes: readonly Route[]): string {
  const methods = routes.map((route) => route.method.toUpperCase());
  if (methods.includes("GET")) methods.push("HEAD");
  return [...new Set(methods), "OPTIONS"].toSorted().join(", ");
}
