import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { ApiError } from "../http/api-error.ts";
import { empty, type Reply } from "../http/reply.ts";
import { planRead } from "./conditions.ts";
import { fileMissing } from "./files-error.ts";
import { openFile, statPath } from "./volume-folder.ts";
import type { VolumePlace } from "./volume-path.ts";

/** The reply to a GET of a file, as its `Range` and conditions have it. */
export async function readFile(req: IncomingMessage, at: VolumePlace): Promise<Reply> {
  const { file, stats } = await openFile(at);
  try {
    const reply = readReply(req, file, stats);
    if (reply.body === undefined) await file.close();
    return reply;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The reply to a HEAD of a file. */
export async function fileMetadata(req: IncomingMessage, at: VolumePlace): Promise<Reply> {
  const stats = await statPath(at);
  if (!stats?.isFile()) throw fileMissing();
  const { range: _, ...conditions } = req.headers;
  const plan = planRead(conditions, stats.size, stats.mtime);
  if (plan.kind === "changed") throw preconditionFailed();
  if (plan.kind === "notModified") return empty(304, { "last-modified": stats.mtime.toUTCString() });
  return empty(200, fileHeaders(stats));
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
