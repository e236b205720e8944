import type { IncomingMessage } from "node:http";
import { ApiError } from "../http/api-error.ts";
import type { PublicCall, Route } from "../http/call.ts";
import { empty, type Reply } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";
import { PRESIGNED, PUT_HEADER, type StorageClaim } from "./cloud-storage.ts";
import { readFile } from "./read-file.ts";
import { storeFile } from "./store-file.ts";
import { removeFile } from "./volume-folder.ts";
import { placeOf } from "./volume-path.ts";

/** What presigned URLs lead to. It accepts nothing but its own signature, and answers as S3 does. */
export function presignedUrls(workspace: Workspace): Route[] {
  return ["GET", "PUT", "DELETE"].map((method) => ({
    method,
    pattern: `${PRESIGNED}/:token`,
    public: true,
    handle: (call) => serve(workspace, call).catch(asStorageReply),
  }));
}

class StorageError extends Error {
  override readonly name = "StorageError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function serve(workspace: Workspace, { req, params }: PublicCall): Promise<Reply> {
  const claim = allowed(workspace, req, params.token ?? "");
  if ("part" in claim) return putPart(workspace, req, claim);
  if ("upload" in claim) {
    await workspace.storage.drop(workspace.storage.upload(claim.upload));
    return empty(204);
  }
  const at = placeOf(workspace.folder, claim.file.volumeId, claim.file.segments);
  switch (claim.method) {
    case "GET":
      return readFile(req, at);
    case "PUT":
      await storeFile(workspace, req, at, claim.overwrite ?? true);
      return empty(200);
    case "DELETE":
      await removeFile(at);
      return empty(204);
  }
}

function allowed({ storage }: Workspace, req: IncomingMessage, token: string): StorageClaim {
  if (req.headers.authorization !== undefined) {
    throw new StorageError(400, "InvalidArgument", "Only one auth mechanism allowed.");
  }
  const opened = storage.open(token);
  if (opened === undefined || opened.claim.method !== req.method) {
    throw new StorageError(403, "SignatureDoesNotMatch", "The URL is not signed for this request.");
  }
  if (opened.isExpired) throw new StorageError(403, "AccessDenied", "Request has expired");
  if (req.method === "PUT" && req.headers[PUT_HEADER.name] !== PUT_HEADER.value) {
    throw new StorageError(400, "MissingRequiredHeader", `The header ${PUT_HEADER.name} is missing.`);
  }
  return opened.claim;
}

async function putPart(
  { storage }: Workspace,
  req: IncomingMessage,
  { upload, part }: Extract<StorageClaim, { part: number }>,
): Promise<Reply> {
  const length = req.headers["content-length"];
  if (length === undefined) throw new StorageError(411, "MissingContentLength", "Send a Content-Length.");
  const bytes = Number(length);
  if (bytes > storage.limits.putBytesMax) {
    throw new StorageError(400, "EntityTooLarge", `A part has at most ${storage.limits.putBytesMax} bytes.`);
  }
  return empty(200, { etag: await storage.upload(upload).put(part, req, bytes) });
}

function asStorageReply(error: unknown): Reply {
  if (!(error instanceof ApiError || error instanceof StorageError)) throw error;
  const code =
    error instanceof StorageError ? error.code : (CODE_OF_STATUS[error.status] ?? "InvalidRequest");
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(error.message)}</Message></Error>`;
  const body = Buffer.from(text);
  const headers = error instanceof ApiError ? error.headers : {};
  return {
    status: error.status,
    headers: { ...headers, "content-type": "application/xml", "content-length": String(body.length) },
    body,
  };
}

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  404: "NoSuchKey",
  412: "PreconditionFailed",
  413: "EntityTooLarge",
  416: "InvalidRange",
};

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
