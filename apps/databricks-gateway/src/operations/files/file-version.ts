import type { IncomingHttpHeaders } from "node:http";
import type { FileVersion } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { discardBody } from "../../databricks/discard-body.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import { fileUrlPath } from "./file-location.ts";

export interface SizedVersion extends FileVersion {
  /** Of the whole file, in bytes. */
  readonly size: number | undefined;
}

/**
 * Reads the headers of a reply. Databricks sends no ETag today. Ours is weak and made from size and time, so every replica
 * makes the same one for the same file. `size` is that of the whole file, also in a 206.
 */
export function fileVersionOf(headers: IncomingHttpHeaders): SizedVersion {
  const range = headers["content-range"];
  const total = range === undefined ? headers["content-length"] : /\/(\d+)$/.exec(range)?.[1];
  const size = total === undefined ? undefined : Number(total);
  const lastModified = headers["last-modified"];
  const modifiedMs = Date.parse(lastModified ?? "");
  const weak =
    size === undefined || Number.isNaN(modifiedMs)
      ? undefined
      : `W/"${size.toString(16)}-${modifiedMs.toString(16)}"`;
  return { size, lastModified, etag: headers.etag ?? weak };
}

/** One HEAD. Throws the OperationError of Databricks' refusal, NOT_FOUND among them. */
export async function headFile(path: string, signal: AbortSignal): Promise<SizedVersion> {
  const { api } = getWorkspaceClient();
  const reply = await api.open({ method: "HEAD", path: fileUrlPath(path) }, signal);
  await discardBody(reply.body);
  const { "content-type": type, "content-length": length } = reply.headers;
  // A page for a person, as a login page, has no body either.
  if (!isFileType(type)) throw invalidResponse(`a HEAD of a file with type ${type}`);
  if (length === undefined) throw invalidResponse("a HEAD of a file without a length");
  return fileVersionOf(reply.headers);
}

/** The file can change between HEAD and GET, and not everything before Databricks heeds If-Unmodified-Since. */
export function isOtherVersion(expected: SizedVersion, { etag }: SizedVersion): boolean {
  return expected.etag !== undefined && etag !== undefined && expected.etag !== etag;
}

/** Databricks sends files of every kind as bytes, and always says so (docs/databricks.md, "Files API"). */
export function isFileType(type = ""): boolean {
  return /^(?:application|binary)\/octet-stream\b/i.test(type);
}
