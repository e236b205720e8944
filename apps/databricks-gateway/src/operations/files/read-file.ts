import type { IncomingHttpHeaders } from "node:http";
import { type Conditions, decide, hasConditions, OperationError, singleRange } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { abandonBody } from "../../databricks/discard-body.ts";
import type { IncomingReply } from "../../databricks/transport.ts";
import type { Download, Handler, ResponseHeaders } from "../handler.ts";
import { fileUrlPath } from "./file-location.ts";
import { fileVersionOf, headFile, type SizedVersion } from "./file-version.ts";

// A file that changes between HEAD and GET is looked at again, but not for ever.
const attemptsMax = 3;

/**
 * The Files API supports Range and If-Unmodified-Since only, so every other condition is decided here, by a HEAD. The GET
 * after it is pinned to the version that the HEAD saw.
 */
export const readFile: Handler<"read_file"> = async (params, { signal }) => {
  if (!hasConditions(params)) return get(params.path, singleRange(params.range), undefined, signal);
  for (let attempt = 1; ; attempt++) {
    const version = await headFile(getWorkspaceClient(), params.path, signal);
    const download = await conditionalGet(params, version, signal);
    const changed = "failure" in download && download.failure.code === "PRECONDITION_FAILED";
    if (!changed || decide(params, version) === "failed" || attempt === attemptsMax) return download;
  }
};

async function conditionalGet(
  params: Conditions & { readonly path: string },
  version: SizedVersion,
  signal: AbortSignal,
): Promise<Download> {
  const decision = decide(params, version);
  if (decision === "failed") return preconditionFailed();
  if (decision === "not modified") return { status: 304, headers: versionHeaders(version) };
  const range = decision === "range" ? singleRange(params.range) : undefined;
  return get(params.path, range, version.lastModified, signal);
}

async function get(
  path: string,
  range: string | undefined,
  unmodifiedSince: string | undefined,
  signal: AbortSignal,
): Promise<Download> {
  const reply = await getWorkspaceClient().api.file(
    {
      method: "GET",
      path: fileUrlPath(path),
      headers: { accept: "application/octet-stream", range, "if-unmodified-since": unmodifiedSince },
      accept: [412, 416],
    },
    signal,
  );
  if (reply.status === 200 || reply.status === 206) {
    const problem = problemOf(reply);
    if (problem === undefined) return toDownload(reply, reply.status);
    abandonBody(reply.body);
    throw outOfTurn(problem);
  }
  abandonBody(reply.body);
  if (reply.status === 412) return preconditionFailed();
  if (reply.status === 416) return rangeNotSatisfiable(reply.headers);
  throw outOfTurn(`status ${reply.status}`);
}

/** Why the body could be taken for the file although it is something else, or only a part of it. */
function problemOf({ status, headers }: IncomingReply): string | undefined {
  // A proxy that compresses although the request asked for identity.
  if ((headers["content-encoding"] ?? "identity") !== "identity") return "encoded bytes";
  // The body ends with its connection, so nobody could tell a broken one from the end.
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
    return "no length";
  return status === 206 && headers["content-range"] === undefined ? "a part without its range" : undefined;
}

function outOfTurn(what: string): OperationError {
  return new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    {
      cause: new Error(`Databricks answered a GET of a file with ${what}`),
    },
  );
}

function toDownload(reply: IncomingReply, status: 200 | 206): Download {
  const { "content-length": length, "content-range": range } = reply.headers;
  const headers: ResponseHeaders = {
    "content-type": "application/octet-stream",
    ...versionHeaders(fileVersionOf(reply.headers)),
    ...(length === undefined ? {} : { "content-length": length }),
    ...(range === undefined || status !== 206 ? {} : { "content-range": range }),
  };
  return { status, headers, body: reply.body };
}

function versionHeaders({ etag, lastModified }: SizedVersion): ResponseHeaders {
  return {
    "accept-ranges": "bytes",
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { "last-modified": lastModified }),
  };
}

function preconditionFailed(): Download {
  const failure = new OperationError(
    "PRECONDITION_FAILED",
    "The file has changed, or is not the version that the request names.",
  );
  return { failure, headers: {} };
}

function rangeNotSatisfiable(headers: IncomingHttpHeaders): Download {
  const failure = new OperationError("RANGE_NOT_SATISFIABLE", "The file has no bytes in this range.");
  const range = headers["content-range"];
  return { failure, headers: range === undefined ? {} : { "content-range": range } };
}
