import { toInvalidParameterError } from "@front-door/operations";
import type { Express, Request, RequestHandler, Response } from "express";
import * as z from "zod";
import { callerIdentity } from "./caller-identity.ts";
import { methodNotAllowed } from "./error-reply.ts";
import { readQuery } from "./query.ts";
import type { Route, Services } from "./route.ts";

const noQuery = z.strictObject({});

/** Makes Express serve the table of routes. A known path answers every other method with 405 and `Allow`. */
export function mountRoutes(app: Express, routes: readonly Route[], services: Services): void {
  const byPath = Map.groupBy(routes, (route) => route.path);
  for (const [path, pathRoutes] of byPath) {
    const mounted = app.route(path);
    // Express serves HEAD by a GET route, unless one for HEAD comes first.
    for (const route of pathRoutes.toSorted(
      (a, b) => Number(b.method === "head") - Number(a.method === "head"),
    )) {
      mounted[route.method](serve(route, services));
    }
    mounted.all(methodNotAllowed(allowOf(pathRoutes)));
  }
}

function serve(route: Route, services: Services): RequestHandler {
  return async (req, res) => {
    res.locals.op = route.operation ?? route.operationId;
    const auth = route.runsAsCaller ? callerIdentity(req) : undefined;
    const query = readQuery(req.originalUrl, route.query ?? noQuery);
    const pathParams = readPathParams(req, route);
    await route.handle(
      { req, res, pathParams, query, auth, requestId: res.locals.requestId, signal: hangUpSignal(res) },
      services,
    );
  };
}

function readPathParams({ params }: Request, { pathParams }: Route): Record<string, unknown> {
  const parsed = (pathParams?.schema ?? noQuery).safeParse(params);
  if (!parsed.success) throw toInvalidParameterError(parsed.error);
  return parsed.data;
}

function hangUpSignal(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}

function allowOf(routes: readonly Route[]): string {
  const methods = routes.map((route) => route.method.toUpperCase());
  if (methods.includes("GET")) methods.push("HEAD");
  return [...new Set(methods), "OPTIONS"].toSorted().join(", ");
}
