import { basename } from "node:path/posix";
import type { StreamedReply } from "@front-door/gateway-client";
import { decide, OperationError, operations, parseParameters } from "@front-door/operations";
import type { Request } from "express";
import * as z from "zod";
import { whyNotStreamed } from "../http/http-version.ts";
import { passOnBody } from "../http/pass-on-body.ts";
import { routeOf } from "../routing/operation-route.ts";
import type { Exchange, Route, Services } from "../routing/route.ts";
import { allowView, viewableTypeOf } from "./file-view.ts";

const { path: filePath, ...conditions } = operations.read_file.params.shape;
const fileInQuery = z.strictObject({
  path: filePath,
  disposition: z
    .enum(["attachment", "inline"])
    .default("attachment")
    .describe(
      "`inline`: a browser may show the file, with the media type of its name, if that is an image, audio, video, PDF, JSON or text. Any other file, HTML, SVG and XML among them, is an attachment all the same.",
    ),
});
type FileInQuery = z.output<typeof fileInQuery>;

/** Parameters of the operation that are request headers here: `if_none_match` becomes `if-none-match`. */
const conditionHeaders = z.object(
  Object.fromEntries(Object.entries(conditions).map(([name, type]) => [name.replaceAll("_", "-"), type])),
);

const fileHeaders = {
  "content-length": z.string().describe("Bytes of the body."),
  "accept-ranges": z.string().optional().describe("`bytes`: ranges are served."),
  "last-modified": z.string().optional().describe("When the file was last written."),
  etag: z.string().optional().describe("Changes when the file changes."),
  "content-disposition": z.string().describe("`attachment` or `inline`, with the file's name."),
};
const wholeHeaders = z.object(fileHeaders);
const rangeHeaders = z.object({
  ...fileHeaders,
  "content-range": z.string().describe("The range, and the size of the file."),
});

// The gateway's other headers concern the hop only.
const passedOn = [
  "content-length",
  "content-range",
  "accept-ranges",
  "last-modified",
  "etag",
  "content-type",
];

export const downloadFile: Route = {
  ...routeOf("read_file"),
  query: fileInQuery,
  headers: conditionHeaders,
  replies: {
    200: { description: "The whole file.", bytes: ["application/octet-stream"], headers: wholeHeaders },
    206: {
      description: "One range of the file.",
      bytes: ["application/octet-stream"],
      headers: rangeHeaders,
    },
    304: { description: "The caller's copy of the file is current." },
  },
  errors: [...operations.read_file.errors, "HTTP_VERSION_NOT_SUPPORTED"],
  async handle(exchange, services) {
    const { gateway, limits } = services;
    const { req, res, query, call } = exchange;
    const { path } = query as FileInQuery;
    // Both schemas are parts of the operation's own.
    const params = { path, ...conditionsOf(req) };
    const download = await gateway.stream("read_file", params, call);
    if (isOfUnknownLength(download)) {
      const refusal = whyNotStreamed(req);
      if (refusal !== undefined) {
        download.body.destroy();
        throw refusal;
      }
    }
    res.status(download.status);
    for (const name of passedOn) {
      const value = download.headers[name];
      if (value !== undefined) res.setHeader(name, value);
    }
    if (download.status < 400) describeFile(exchange, services);
    await passOnBody(res, download.body, limits.fileIdleTimeoutMs);
  },
};

export const headFile: Route = {
  ...routeOf("file_metadata"),
  query: fileInQuery,
  headers: conditionHeaders.omit({ range: true, "if-range": true }),
  replies: {
    200: { description: "The size and the time of the file, as headers.", headers: wholeHeaders },
    304: { description: "The caller's copy of the file is current." },
  },
  errors: [...operations.file_metadata.errors, "PRECONDITION_FAILED"],
  async handle(exchange, services) {
    const { req, res, query, call } = exchange;
    const { path } = query as FileInQuery;
    const info = await services.gateway.call("file_metadata", { path }, call);
    const lastModified =
      info.last_modified === undefined ? undefined : new Date(info.last_modified).toUTCString();
    const decision = decide(conditionsOf(req), { etag: info.etag, lastModified });
    if (decision === "failed") {
      throw new OperationError(
        "PRECONDITION_FAILED",
        "The file has changed, or is not the version that the request names.",
      );
    }
    res.status(decision === "not modified" ? 304 : 200);
    res.setHeader("Content-Length", info.file_size);
    res.setHeader("Content-Type", "application/octet-stream");
    res.setHeader("Accept-Ranges", "bytes");
    if (lastModified !== undefined) res.setHeader("Last-Modified", lastModified);
    if (info.etag !== undefined) res.setHeader("ETag", info.etag);
    describeFile(exchange, services);
    res.end();
  },
};

function conditionsOf(req: Request): Record<string, string> {
  const given = parseParameters(conditionHeaders, req.headers);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.replaceAll("-", "_"), String(value)]),
  );
}

function isOfUnknownLength({ status, headers }: StreamedReply): boolean {
  return status !== 304 && headers["content-length"] === undefined;
}

/** A file is data: a browser saves it, or shows it if it is asked to and may, and never runs it in this origin. */
function describeFile({ req, res, query }: Exchange, { corsOrigins }: Services): void {
  const { path, disposition } = query as FileInQuery;
  const viewable = disposition === "inline" ? viewableTypeOf(path) : undefined;
  const type = viewable ?? res.getHeader("Content-Type") ?? "application/octet-stream";
  // Express encodes the name (RFC 6266, RFC 8187). It also guesses a type from the name, which the next line undoes.
  res.attachment(basename(path));
  res.setHeader("Content-Type", type);
  if (res.statusCode === 304) res.removeHeader("Content-Type");
  if (viewable !== undefined) {
    const attachment = String(res.getHeader("Content-Disposition"));
    res.setHeader("Content-Disposition", attachment.replace(/^attachment/, "inline"));
    allowView(req, res, corsOrigins);
  }
  res.setHeader("Cache-Control", "private, no-cache");
}
