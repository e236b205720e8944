import { randomUUID } from "node:crypto";
import { createWriteStream, type Stats } from "node:fs";
import { type FileHandle, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ApiError, invalidParameter } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { empty, type Reply } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";
import { planRead } from "./conditions.ts";
import { directoryInTheWay, fileMissing } from "./files-error.ts";
import { openFile, placeFile, removeFile, requirePlaceable, statPath } from "./volume-folder.ts";
import { locate } from "./volume-path.ts";

/** `/api/2.0/fs/files/Volumes/…`: the bytes of files, streamed in both directions and never held in memory. */
export function files(workspace: Workspace): Route[] {
  const all = "/api/2.0/fs/files/*";
  return [
    { method: "GET", pattern: all, handle: (call) => read(workspace, call) },
    { method: "HEAD", pattern: all, handle: (call) => metadata(workspace, call) },
    { method: "PUT", pattern: all, handle: (call) => write(workspace, call) },
    { method: "DELETE", pattern: all, handle: (call) => remove(workspace, call) },
  ];
}

async function read(workspace: Workspace, call: Call): Promise<Reply> {
  const { file, stats } = await openFile(locate(workspace, call, "READ_VOLUME"));
  try {
    const reply = readReply(call.req, file, stats);
    if (reply.body === undefined) await file.close();
    return reply;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function readReply(req: IncomingMessage, file: FileHandle, stats: Stats): Reply {
  const plan = planRead(req.headers, stats.size, stats.mtime);
  const headers = fileHeaders(stats);
  switch (plan.kind) {
    case "notModified":
      return empty(304, { "last-modified": stats.mtime.toUTCString() });
    case "changed":
      throw preconditionFailed();
    case "unsatisfiable":
      throw new ApiError(416, "INVALID_PARAMETER_VALUE", "The requested range cannot be satisfied.", {
        headers: { "content-range": `bytes */${stats.size}` },
      });
    case "part": {
      const { start, end } = plan;
      headers["content-length"] = String(end - start + 1);
      headers["content-range"] = `bytes ${start}-${end}/${stats.size}`;
      return { status: 206, headers, body: file.createReadStream({ start, end }) };
    }
    case "whole":
      break;
  }
  if (stats.size === 0) return empty(200, headers);
  return { status: 200, headers, body: file.createReadStream({ start: 0, end: stats.size - 1 }) };
}

async function metadata(workspace: Workspace, call: Call): Promise<Reply> {
  const stats = await statPath(locate(workspace, call, "READ_VOLUME"));
  if (!stats?.isFile()) throw fileMissing();
  const { range: _, ...conditions } = call.req.headers;
  const plan = planRead(conditions, stats.size, stats.mtime);
  if (plan.kind === "changed") throw preconditionFailed();
  if (plan.kind === "notModified") return empty(304, { "last-modified": stats.mtime.toUTCString() });
  return empty(200, fileHeaders(stats));
}

function fileHeaders(stats: Stats): Record<string, string> {
  return {
    "content-type": "application/octet-stream",
    "content-length": String(stats.size),
    "last-modified": stats.mtime.toUTCString(),
    "accept-ranges": "bytes",
  };
}

function preconditionFailed(): ApiError {
  return new ApiError(412, "PRECONDITION_FAILED", "The file was modified since the given time.");
}

/** Creates missing parent directories: object storage needs none, and databricks/cli relies on that. */
async function write(workspace: Workspace, call: Call): Promise<Reply> {
  const at = locate(workspace, call, "WRITE_VOLUME");
  if (at.segments.length === 0) throw directoryInTheWay();
  const overwrite = overwriteOf(call.query.get("overwrite"));
  await requirePlaceable(at, overwrite);
  const temporary = join(workspace.folder.temporaryDir, randomUUID());
  try {
    // Fails if the client leaves or its bytes end early, so that nothing is placed. `flush` calls fsync before the close.
    await pipeline(call.req, createWriteStream(temporary, { flags: "wx", mode: 0o600, flush: true }));
    await placeFile(temporary, at, overwrite);
  } finally {
    await rm(temporary, { force: true });
  }
  return empty(204);
}

function overwriteOf(value: string | null): boolean {
  if (value === null || value === "true") return true;
  if (value === "false") return false;
  throw invalidParameter(`overwrite must be true or false, got "${value}".`);
}

async function remove(workspace: Workspace, call: Call): Promise<Reply> {
  await removeFile(locate(workspace, call, "WRITE_VOLUME"));
  return empty(204);
}
