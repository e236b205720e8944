import { operations, resultMediaType } from "@front-door/operations";
import type * as z from "zod";
import { streamEncoder } from "../http/compress.ts";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { paramsByPlace, routeOf } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

/** The operations whose reply is NDJSON. */
type LinesOperation = "list_tree" | "watch_genie_message" | "watch_run";

interface Lines {
  readonly line: z.ZodType;
  readonly description: string;
}

/** The public route of an operation whose reply is lines of JSON: it passes them on as they come. */
export function linesRoute(operation: LinesOperation, { line, description }: Lines): Route {
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
      const params = { ...query, ...inPath } as z.output<typeof definition.params>;
      const reply = await gateway.stream(operation, params, call);
      res.status(200);
      res.setHeader("Content-Type", reply.headers["content-type"] ?? resultMediaType.ndjson);
      // The gateway bounds pauses of Databricks.
      const idleTimeoutMs = Math.max(limits.fileIdleTimeoutMs, definition.timeoutMs);
      await passOnBody(res, reply.body, idleTimeoutMs, streamEncoder(res));
    },
  };
}
