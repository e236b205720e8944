import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Privilege } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { directoryInTheWay, fileMissing } from "./files-error.ts";
import { PARTS_MAX } from "./file-limits.ts";
import { MultipartUpload } from "./multipart-upload.ts";
import { overwriteOf } from "./overwrite-of.ts";
import { statPath } from "./volume-folder.ts";
import { locate, namesIn, type VolumePath } from "./volume-path.ts";

const URL_MS_DEFAULT = 15 * 60_000;
/** S3 signs for at most a week. */
const URL_MS_MAX = 7 * 24 * 60 * 60_000;

const sessionSchema = z.object({
  path: z.string(),
  session_token: z.string(),
  expire_time: z.string().optional(),
});
const partNumber = z.number().int().min(1).max(PARTS_MAX);
const partUrlsSchema = sessionSchema.extend({
  start_part_number: partNumber,
  count: z.number().int().min(1).max(PARTS_MAX).default(1),
});
const completeSchema = z.object({
  parts: z.array(z.object({ part_number: partNumber, etag: z.string() })),
});

/** The calls of an upload by parts and of presigned downloads that name the path in their body or query. */
export function presignedCalls(workspace: Workspace): Route[] {
  const calls = {
    "create-upload-part-urls": createPartUrls,
    "create-abort-upload-url": createAbortUrl,
    "create-download-url": createDownloadUrl,
  };
  return Object.entries(calls).map(([name, handle]) => ({
    method: "POST",
    pattern: `/api/2.0/fs/${name}`,
    handle: (call) => handle(workspace, call),
  }));
}

/** A file that is there already is an error only at the end, as on Databricks (docs/databricks.md, "Files API"). */
export async function initiateUpload(
  { storage, folder }: Workspace,
  call: Call,
  target: VolumePath,
): Promise<Reply> {
  const overwrite = overwriteOf(call.query);
  if (target.segments.length === 0 || (await statPath(target))?.isDirectory()) throw directoryInTheWay();
  const upload = await MultipartUpload.begin({
    principal: call.principal.name,
    target,
    overwrite,
    temporaryDir: folder.temporaryDir,
    partBytesMin: storage.limits.partBytesMin,
  });
  storage.keep(upload);
  return json({ multipart_upload: { session_token: upload.id } });
}

export async function completeUpload({ storage }: Workspace, call: Call, target: VolumePath): Promise<Reply> {
  const upload = storage.uploadOf(call.query.get("session_token") ?? "", call.principal.name, target);
  const { parts } = await readJson(call.req, completeSchema);
  await upload.complete(parts);
  await storage.drop(upload);
  return json({});
}

export async function abortUpload({ storage }: Workspace, call: Call, target: VolumePath): Promise<Reply> {
  await storage.drop(storage.uploadOf(call.query.get("session_token") ?? "", call.principal.name, target));
  return json({});
}

async function createPartUrls(workspace: Workspace, call: Call): Promise<Reply> {
  const request = await readJson(call.req, partUrlsSchema);
  const { start_part_number: first, count } = request;
  const upload = sessionOf(workspace, call, request).id;
  const expiresAt = expiryOf(request.expire_time);
  const numbers = Array.from({ length: Math.min(count, PARTS_MAX - first + 1) }, (_, at) => first + at);
  return json({
    upload_part_urls: numbers.map((part) => ({
      ...workspace.storage.presign({ method: "PUT", upload, part }, expiresAt),
      part_number: part,
    })),
  });
}

async function createAbortUrl(workspace: Workspace, call: Call): Promise<Reply> {
  const request = await readJson(call.req, sessionSchema);
  const upload = sessionOf(workspace, call, request).id;
  const claim = { method: "DELETE", upload } as const;
  const expiresAt = expiryOf(request.expire_time);
  return json({ abort_upload_url: workspace.storage.presign(claim, expiresAt) });
}

async function createDownloadUrl(workspace: Workspace, call: Call): Promise<Reply> {
  const at = targetOf(workspace, call, call.query.get("path") ?? "", "READ_VOLUME");
  if (!(await statPath(at))?.isFile()) throw fileMissing();
  // Whoever has a URL can read what is signed: no path of this machine.
  const { volumeId, segments } = at;
  const claim = { method: "GET", file: { volumeId, segments } } as const;
  return json(workspace.storage.presign(claim, expiryOf(call.query.get("expire_time"))));
}

function sessionOf(
  workspace: Workspace,
  call: Call,
  request: z.infer<typeof sessionSchema>,
): MultipartUpload {
  const target = targetOf(workspace, call, request.path, "WRITE_VOLUME");
  return workspace.storage.uploadOf(request.session_token, call.principal.name, target);
}

function targetOf(workspace: Workspace, call: Call, path: string, needed: Privilege): VolumePath {
  return locate(workspace, call.principal, namesIn(path), needed);
}

/** Epoch milliseconds. A time in the past makes a URL that has expired. */
function expiryOf(text: string | null | undefined): number {
  if (text === null || text === undefined) return Date.now() + URL_MS_DEFAULT;
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw invalidParameter(`expire_time must be an RFC 3339 time, got "${text}".`);
  return Math.min(time, Date.now() + URL_MS_MAX);
}
