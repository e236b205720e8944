import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { abandonBody } from "../../databricks/discard-body.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { OpenReply } from "../../databricks/transport.ts";
import { brokenOff } from "../../databricks/transport-error.ts";
import type { Download } from "../handler.ts";
import { fileUrlPath } from "./file-location.ts";
import { fileVersionOf, isFileType, isOtherVersion, type SizedVersion } from "./file-version.ts";
import { isRangeAskedFor } from "./is-range-asked-for.ts";

/**
 * One GET of a file or of one range of it. With an `expected` version it throws PRECONDITION_FAILED for any other one, and
 * without a range the pieces are exactly as many bytes as that version has, or throw.
 */
export async function getFile(
  path: string,
  range: string | undefined,
  expected: SizedVersion | undefined,
  signal: AbortSignal,
): Promise<Download> {
  const reply = await getWorkspaceClient().api.open(
    {
      method: "GET",
      path: fileUrlPath(path),
      headers: {
        accept: "application/octet-stream",
        range,
        "if-unmodified-since": expected?.lastModified,
      },
      statuses: [200, 206, 412, 416],
    },
    signal,
  );
  const { status, headers, body } = reply;
  const isWhole = status === 200;
  if (isWhole || status === 206) {
    const problem = problemOf(reply, range);
    const version = fileVersionOf(headers);
    const isOther = expected !== undefined && isOtherVersion(expected, version);
    if (problem !== undefined || isOther) abandonBody(body);
    if (problem !== undefined) throw invalidResponse(`${problem} for a GET of a file`);
    if (isOther) throw preconditionFailed();
    return {
      status,
      headers: {
        "content-type": "application/octet-stream",
        ...versionHeaders(version),
        ...present("content-length", headers["content-length"]),
        ...present("content-range", isWhole ? undefined : headers["content-range"]),
      },
      pieces: piecesOf(reply, isWhole ? expected?.size : rangeLength(headers["content-range"])),
      openingPieces: 1,
      endsWithFailure: false,
    };
  }
  abandonBody(body);
  if (status === 412 && expected?.lastModified !== undefined) throw preconditionFailed();
  if (status === 416 && range !== undefined) {
    const failure = new OperationError("RANGE_NOT_SATISFIABLE", "The file has no bytes in this range.");
    return { failure, headers: present("content-range", headers["content-range"]) };
  }
  throw invalidResponse(`status ${status} for a GET of a file without a condition`);
}

/** Why the body could be taken for the file although it is something else, or only a part of it. */
function problemOf({ status, headers }: OpenReply, range: string | undefined): string | undefined {
  const { "content-type": type, "content-encoding": encoding = "identity" } = headers;
  // A page for a person, such as a login page, or an error of a storage service.
  if (!isFileType(type)) return `a body of type ${type}`;
  // A proxy that compresses although the request asked for identity.
  if (encoding !== "identity") return "encoded bytes";
  // The body ends with its connection, so a broken one would look whole.
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
    return "a body of no known length";
  if (status === 206 && !isRangeAskedFor(range, headers)) return "a part that was not asked for";
  return undefined;
}

function rangeLength(contentRange: string | undefined): number | undefined {
  const [, first, last] = /^bytes (\d{1,15})-(\d{1,15})\//.exec(contentRange ?? "") ?? [];
  return first === undefined ? undefined : Number(last) - Number(first) + 1;
}

/** The bytes of the file. Throws if they are not as many as `length`, which a body in chunks does not show by itself. */
async function* piecesOf(
  { body }: OpenReply,
  length: number | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  let bytes = 0;
  try {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      yield piece;
    }
    if (length !== undefined && bytes !== length)
      throw invalidResponse(`${bytes} bytes instead of ${length}`);
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw new OperationError("UPSTREAM_UNREACHABLE", brokenOff, { cause });
  }
}

export function versionHeaders({ etag, lastModified }: SizedVersion): Record<string, string> {
  return { "accept-ranges": "bytes", ...present("etag", etag), ...present("last-modified", lastModified) };
}

function present(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

export function preconditionFailed(): OperationError {
  return new OperationError(
    "PRECONDITION_FAILED",
    "The file has changed, or is not the version that the request names.",
  );
}
