import {
  OperationError,
  operations,
  queryLine,
  type ResultFormat,
  resultMediaType,
} from "@front-door/operations";
import type { Request } from "express";
import * as z from "zod";
import { streamEncoder } from "../http/compress.ts";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { defaultSchemaErrors, inDefaultSchema } from "../routing/in-default-schema.ts";
import { jsonBodyOf, paramsByPlace, routeOf, takesBody } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

/** The operations that return rows. */
export type RowsOperation = "execute_query" | "get_statement_result" | "preview_table";

const formats = Object.keys(resultMediaType) as ResultFormat[];

const aboutFormats = [
  "`Accept` chooses the format of the reply.",
  "`application/json` (the default): one document.",
  "`application/x-ndjson`: a line `{ columns }`, a line for each row (an array of values), and a last line `{ complete: true, row_count, truncated }`, or an error envelope if it fails in between.",
  "`application/vnd.apache.arrow.stream`: an Arrow IPC stream, with the batches as Databricks sent them.",
  "Each is sent while Databricks still returns rows. A JSON document or an Arrow stream that fails in between ends with a broken connection, which only HTTP/1.1 and later can show: HTTP/1.0 is refused.",
];

/** The public route of an operation that returns rows: it passes them on as they arrive, in the format that `Accept` names. */
export function rowsRoute(operation: RowsOperation): Route {
  const definition = operations[operation];
  const route = routeOf(operation);
  // `Accept` names the format.
  const { format: _, ...shape } = definition.params.shape;
  const params = z.strictObject(shape);
  const { pathParams, otherParams } = paramsByPlace(params, route.path);
  const hasBody = takesBody(route);
  const result: z.ZodObject = definition.result;
  return {
    ...route,
    errors: [
      ...definition.errors,
      "NOT_ACCEPTABLE",
      "HTTP_VERSION_NOT_SUPPORTED",
      ...("sql" in shape ? defaultSchemaErrors : []),
    ],
    description: [
      ...(definition.description === undefined ? [] : [definition.description]),
      ...aboutFormats,
    ].join("\n\n"),
    pathParams,
    ...(hasBody ? { jsonBody: jsonBodyOf(definition, otherParams) } : { query: otherParams }),
    replies: {
      200: {
        description: "The columns and rows.",
        json: result,
        example: definition.examples[0]?.result,
        lines: queryLine,
        bytes: [resultMediaType.arrow],
      },
    },
    async handle(exchange, services) {
      const { req, res, pathParams: inPath, query, call } = exchange;
      const { gateway, limits, readJsonBody } = services;
      const refusal = whyNotStreamed(req);
      if (refusal !== undefined) throw refusal;
      const format = formatOf(req);
      const body = hasBody ? await readJsonBody(req, res, otherParams, route.bodyBytesMax) : {};
      // Each part was checked by the matching part of the operation's schema.
      const given = { ...query, ...body, ...inPath, format } as z.output<typeof definition.params>;
      const send = (params: typeof given) => gateway.stream(operation, params, call);
      const reply = await ("sql" in given ? inDefaultSchema(given, exchange, services, send) : send(given));
      res.status(200);
      res.setHeader("Content-Type", reply.headers["content-type"] ?? resultMediaType[format]);
      res.vary("Accept");
      // The gateway bounds pauses of Databricks by the caller's `timeout_ms`.
      const pauseMs = "timeout_ms" in given ? given.timeout_ms : undefined;
      // Whoever takes Arrow reads its bytes in place: to decode them first would cost more than it saves.
      const encoder = format === "arrow" ? undefined : streamEncoder(res);
      await passOnBody(res, reply.body, Math.max(limits.fileIdleTimeoutMs, pauseMs ?? 0), encoder);
    },
  };
}

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
