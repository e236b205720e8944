import { invalidParameter, notImplemented } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { empty, type Reply } from "../http/reply.ts";
import type { Privilege } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { abortUpload, completeUpload, initiateUpload } from "./multipart-calls.ts";
import { overwriteOf } from "./overwrite-of.ts";
import { fileMetadata, readFile } from "./read-file.ts";
import { storeFile } from "./store-file.ts";
import { removeFile } from "./volume-folder.ts";
import { locate, namesOf, type VolumePath } from "./volume-path.ts";

/** `/api/2.0/fs/files/Volumes/…`: the bytes of files, streamed in both directions and never held in memory. */
export function files(workspace: Workspace): Route[] {
  const pattern = "/api/2.0/fs/files/*";
  const at = (call: Call, needed: Privilege) => locate(workspace, call.principal, namesOf(call.rest), needed);
  return [
    { method: "GET", pattern, handle: (call) => readFile(call.req, at(call, "READ_VOLUME")) },
    { method: "HEAD", pattern, handle: (call) => fileMetadata(call.req, at(call, "READ_VOLUME")) },
    { method: "PUT", pattern, handle: (call) => write(workspace, call, at(call, "WRITE_VOLUME")) },
    { method: "DELETE", pattern, handle: (call) => remove(at(call, "WRITE_VOLUME")) },
    { method: "POST", pattern, handle: (call) => act(workspace, call, at(call, "WRITE_VOLUME")) },
  ];
}

async function write(workspace: Workspace, call: Call, at: VolumePath): Promise<Reply> {
  await storeFile(workspace, call.req, at, overwriteOf(call.query));
  return empty(204);
}

async function remove(at: VolumePath): Promise<Reply> {
  await removeFile(at);
  return empty(204);
}

/** The calls that begin and end an upload by parts. */
async function act(workspace: Workspace, call: Call, at: VolumePath): Promise<Reply> {
  const action = call.query.get("action");
  switch (action) {
    case "initiate-upload":
      return initiateUpload(workspace, call, at);
    case "complete-upload":
      return completeUpload(workspace, call, at);
    case "abort-upload":
      return abortUpload(workspace, call, at);
    case null:
      throw invalidParameter("action is missing.");
    default:
      throw notImplemented(`the action ${action} of a file`);
  }
}
