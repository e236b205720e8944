import { toInvalidParameterError, workspaceName } from "@front-door/operations";
import type { Express, Request, RequestHandler, Response } from "express";
import * as z from "zod";
import { methodNotAllowed } from "../http/error-reply.ts";
import { queryReader } from "../http/query.ts";
import { type Admission, admit } from "./guard.ts";
import type { Route, Services } from "./route.ts";

/** Every operation takes it besides its own parameters. */
const workspaceParameter = z.strictObject({
  workspace: workspaceName
    .optional()
    .describe(
      "The name of one of the workspaces that this installation is configured for. Default: the first.",
    ),
});

/** Makes Express serve the routes. A known path returns 405 and `Allow` for every other method. */
export function mountRoutes(
  app: Express,
  routes: readonly Route[],
  admission: Admission,
  services: Services,
): void {
  const byPath = Map.groupBy(routes, (route) => route.path);
  for (const [path, pathRoutes] of byPath) {
    const mounted = app.route(path);
    // Express serves HEAD with a GET route, unless a HEAD route comes first.
    for (const route of pathRoutes.toSorted(
      (a, b) => Number(b.method === "head") - Number(a.method === "head"),
    )) {
      mounted[route.method](...admit(route, admission), serve(route, services));
    }
    mounted.all(methodNotAllowed(allowOf(pathRoutes)));
  }
}

function serve(route: Route, services: Services): RequestHandler {
  // Built once: building a schema costs more than all the rest of a request.
  const readQuery = queryReader(queryOf(route));
  const readPathParams = pathParamsReader(route);
  return async (req, res) => {
    const { caller, requestId } = res.locals;
    const { workspace, ...query } = readQuery(req.originalUrl);
    const call = {
      requestId,
      auth: caller?.databricksToken === undefined ? undefined : { token: caller.databricksToken },
      // The schema has it as a name or nothing.
      workspace: workspace as z.output<typeof workspaceName> | undefined,
      caller: caller?.name,
      signal: hangUpSignal(res),
    };
    await route.handle({ req, res, pathParams: readPathParams(req), query, call }, services);
  };
}

/** The route's own query parameters, and `workspace` where an operation runs. */
export function queryOf({ operation, query }: Route): z.ZodObject {
  return z.strictObject({ ...query?.shape, ...(operation === undefined ? {} : workspaceParameter.shape) });
}

function pathParamsReader({ pathParams }: Route): (req: Request) => Record<string, unknown> {
  const schema = pathParams ?? z.strictObject({});
  return ({ params }) => {
    const parsed = schema.safeParse(params);
    if (!parsed.success) throw toInvalidParameterError(parsed.error);
    return parsed.data;
  };
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
