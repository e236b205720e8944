import { OperationError, operations, type ResultFormat, resultMediaType } from "@front-door/operations";
import type { Request } from "express";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { routeOf } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

const { execute_query: definition } = operations;
const [example] = definition.examples;
/** All parameters but the format, which `Accept` names. */
const body = definition.params.omit({ format: true }).meta({ id: "Query" });

const route = routeOf("execute_query");
const formats = Object.keys(resultMediaType) as ResultFormat[];

/** Runs a statement, and passes rows on as they arrive, in the format that `Accept` names. */
export const executeQuery: Route = {
  ...route,
  errors: [...definition.errors, "NOT_ACCEPTABLE", "HTTP_VERSION_NOT_SUPPORTED"],
  description: [
    "`Accept` chooses the format of the reply.",
    "`application/json` (the default): one document of at most 10,000 rows, unless `row_limit` says otherwise.",
    "`application/x-ndjson`: a line `{ columns }`, a line for each row (an array of values), and a last line `{ complete: true, row_count, truncated }`, or an error envelope if the statement fails in between.",
    "`application/vnd.apache.arrow.stream`: an Arrow IPC stream, with the batches as Databricks sent them.",
    "Each is sent while Databricks still returns rows. A JSON document or an Arrow stream that fails in between ends with a broken connection, which only HTTP/1.1 and later can show: HTTP/1.0 is refused. Hanging up cancels the statement.",
  ].join("\n\n"),
  jsonBody: { schema: body, description: "The statement and its parameters.", example: example?.params },
  replies: {
    200: {
      description: "The columns and rows.",
      json: definition.result,
      example: example?.result,
      streams: [resultMediaType.ndjson, resultMediaType.arrow],
    },
  },
  async handle(exchange, { gateway, limits, readJsonBody }) {
    const { req, res, call } = exchange;
    const refusal = whyNotStreamed(req);
    if (refusal !== undefined) throw refusal;
    const format = formatOf(req);
    const query = await readJsonBody(req, res, body, route.bodyBytesMax);
    const reply = await gateway.stream("execute_query", { ...query, format }, call);
    res.status(200);
    res.setHeader("Content-Type", reply.headers["content-type"] ?? resultMediaType[format]);
    res.vary("Accept");
    // The gateway bounds pauses of Databricks by the caller's `timeout_ms`.
    await passOnBody(res, reply.body, Math.max(limits.fileIdleTimeoutMs, query.timeout_ms ?? 0));
  },
};

function formatOf(req: Request): ResultFormat {
  const accepted = req.accepts(formats.map((format) => resultMediaType[format]));
  const format = formats.find((each) => resultMediaType[each] === accepted);
  if (format === undefined) {
    throw new OperationError(
      "NOT_ACCEPTABLE",
      `Accept must name one of ${formats.map((each) => resultMediaType[each]).join(", ")}, or */*.`,
    );
  }
  return format;
}
