import type { Readable } from "node:stream";
import { decide, hasConditions, OperationError, singleRange } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { abandonBody } from "../../databricks/discard-body.ts";
import type { IncomingReply } from "../../databricks/transport.ts";
import type { Download, Handler } from "../handler.ts";
import { fileUrlPath } from "./file-location.ts";
import { fileVersionOf, headFile, type SizedVersion } from "./file-version.ts";

// A file that changes between HEAD and GET is read again, at most so often.
const attemptsMax = 3;

/**
 * The Files API supports Range and If-Unmodified-Since only, so every other condition is decided here, by a HEAD. The GET
 * after it is pinned to the version that the HEAD saw.
 */
export const readFile: Handler<"read_file"> = async (params, { signal }) => {
  const { path } = params;
  if (!hasConditions(params)) return get(path, singleRange(params.range), undefined, signal);
  for (let attempt = 1; ; attempt++) {
    const version = await headFile(path, signal);
    const decision = decide(params, version);
    if (decision === "failed") throw preconditionFailed();
    if (decision === "not modified") return { status: 304, headers: versionHeaders(version) };
    const range = decision === "range" ? singleRange(params.range) : undefined;
    try {
      return await get(path, range, version.lastModified, signal);
    } catch (error) {
      const isChanged = error instanceof OperationError && error.code === "PRECONDITION_FAILED";
      if (!isChanged || attempt === attemptsMax) throw error;
    }
  }
};

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
  const { status, headers, body } = reply;
  const problem = problemOf(reply);
  if ((status === 200 || status === 206) && problem === undefined) {
    return {
      status,
      headers: {
        "content-type": "application/octet-stream",
        ...versionHeaders(fileVersionOf(headers)),
        ...present("content-length", headers["content-length"]),
        ...present("content-range", status === 206 ? headers["content-range"] : undefined),
      },
      pieces: piecesOf(body),
      openingPieces: 1,
      endsWithFailure: false,
    };
  }
  abandonBody(body);
  if (status === 412) throw preconditionFailed();
  if (status === 416) {
    const failure = new OperationError("RANGE_NOT_SATISFIABLE", "The file has no bytes in this range.");
    return { failure, headers: present("content-range", headers["content-range"]) };
  }
  throw new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    { cause: new Error(`Databricks answered a GET of a file with ${problem ?? `status ${status}`}`) },
  );
}

/** Why the body could be taken for the file although it is something else, or only a part of it. */
function problemOf({ status, headers }: IncomingReply): string | undefined {
  // A proxy that compresses although the request asked for identity.
  if ((headers["content-encoding"] ?? "identity") !== "identity") return "encoded bytes";
  // The body ends with its connection, so a broken one would look whole.
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
    return "no length";
  return status === 206 && headers["content-range"] === undefined ? "a part without its range" : undefined;
}

async function* piecesOf(body: Readable): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new OperationError("UPSTREAM_UNREACHABLE", "Databricks broke off the reply.", { cause });
  }
}

function versionHeaders({ etag, lastModified }: SizedVersion): Record<string, string> {
  return { "accept-ranges": "bytes", ...present("etag", etag), ...present("last-modified", lastModified) };
}

function present(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

function preconditionFailed(): OperationError {
  return new OperationError(
    "PRECONDITION_FAILED",
    "The file has changed, or is not the version that the request names.",
  );
}
