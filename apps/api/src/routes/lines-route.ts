import { type OperationParams, operations, resultMediaType } from "@front-door/operations";
import type * as z from "zod";
import { streamEncoder } from "../http/compress.ts";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { paramsByPlace, routeOf } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

/** The operations whose reply is lines of JSON that come as they are found. */
type LinesOperation = "list_tree" | "watch_run";

interface Lines {
  /** What the reply is. */
  readonly description: string;
  readonly line: z.ZodType;
}

/** The public route of such an operation: it passes the lines on as they arrive. */
export function linesRoute(operation: LinesOperation, { description, line }: Lines): Route {
  const definition = operations[operation];
  const route = routeOf(operation);
  const { pathParams, otherParams } = paramsByPlace(definition.params, route.path);
  return {
    ...route,
    pathParams,
    query: otherParams,
    errors: [...definition.errors, "HTTP_VERSION_NOT_SUPPORTED"],
    replies: { 200: { description, lines: line } },
    async handle({ req, res, pathParams: inPath, query, call }, { gateway, limits }) {
      const refusal = whyNotStreamed(req);
      if (refusal !== undefined) throw refusal;
      // Each part was checked by the matching part of the operation's schema.
      const params = { ...query, ...inPath } as OperationParams<typeof operation>;
      const reply = await gateway.stream(operation, params, call);
      res.status(200);
      res.setHeader("Content-Type", reply.headers["content-type"] ?? resultMediaType.ndjson);
      // The gateway bounds pauses of Databricks.
      const idleTimeoutMs = Math.max(limits.fileIdleTimeoutMs, definition.timeoutMs);
      await passOnBody(res, reply.body, idleTimeoutMs, streamEncoder(res));
    },
  };
}
