import { operations, resultMediaType, treeLine } from "@front-door/operations";
import type * as z from "zod";
import { streamEncoder } from "../http/compress.ts";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { routeOf } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

const { list_tree: definition } = operations;

/** Passes the entries of a directory and of all directories in it on as they are found. */
export const listTree: Route = {
  ...routeOf("list_tree"),
  query: definition.params,
  errors: [...definition.errors, "HTTP_VERSION_NOT_SUPPORTED"],
  replies: {
    200: {
      description: "A line of JSON for each file and directory.",
      lines: treeLine,
    },
  },
  async handle({ req, res, query, call }, { gateway, limits }) {
    const refusal = whyNotStreamed(req);
    if (refusal !== undefined) throw refusal;
    const reply = await gateway.stream("list_tree", query as z.output<typeof definition.params>, call);
    res.status(200);
    res.setHeader("Content-Type", reply.headers["content-type"] ?? resultMediaType.ndjson);
    // The gateway bounds pauses of Databricks.
    const idleTimeoutMs = Math.max(limits.fileIdleTimeoutMs, definition.timeoutMs);
    await passOnBody(res, reply.body, idleTimeoutMs, streamEncoder(res));
  },
};
