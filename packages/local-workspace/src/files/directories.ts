import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Call, Route } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { empty, json, type Reply } from "../http/reply.ts";
import type { Privilege } from "../state/securables.ts";
import type { Workspace } from "../workspace.ts";
import { directoryMissing, errnoOf } from "./files-error.ts";
import { SortedNames } from "./sorted-names.ts";
import { makeDirectory, removeDirectory, statPath } from "./volume-folder.ts";
import { locate, namesOf, type VolumePath } from "./volume-path.ts";

const PAGE_SIZE_MAX = 1000;

/** `/api/2.0/fs/directories/Volumes/…` */
export function directories(workspace: Workspace): Route[] {
  const all = "/api/2.0/fs/directories/*";
  const names = new SortedNames();
  return [
    { method: "GET", pattern: all, handle: (call) => list(workspace, call, names) },
    { method: "HEAD", pattern: all, handle: (call) => metadata(workspace, call) },
    { method: "PUT", pattern: all, handle: (call) => create(workspace, call) },
    { method: "DELETE", pattern: all, handle: (call) => remove(workspace, call) },
  ];
}

async function list(workspace: Workspace, call: Call, names: SortedNames): Promise<Reply> {
  const at = locateDirectory(workspace, call, "READ_VOLUME");
  const size = pageSize(call, "page_size", PAGE_SIZE_MAX, PAGE_SIZE_MAX);
  if (!(await statPath(at))?.isDirectory()) throw directoryMissing();
  const sorted = await names.of(at.path).catch((error: unknown) => {
    throw errnoOf(error) === "ENOENT" ? directoryMissing() : error;
  });
  const page = pageOf(call, `directory ${at.shown}`, sorted, (name) => name, size);
  const described = await Promise.all(page.items.map((name) => describe(at, name)));
  const contents = described.filter((entry) => entry !== undefined);
  return json({
    // An empty list has no field, as in protobuf's JSON.
    contents: contents.length === 0 ? undefined : contents,
    next_page_token: page.nextPageToken,
  });
}

/** Undefined if the entry is gone by now, or is not a file or directory. */
async function describe(at: VolumePath, name: string): Promise<object | undefined> {
  const stats = await lstat(join(at.path, name)).catch(() => undefined);
  if (stats === undefined || !(stats.isFile() || stats.isDirectory())) return undefined;
  return {
    path: `${at.shown}/${name}`,
    name,
    is_directory: stats.isDirectory(),
    // Databricks documents that directories have no size.
    file_size: stats.isFile() ? stats.size : undefined,
    last_modified: Math.floor(stats.mtimeMs),
  };
}

async function metadata(workspace: Workspace, call: Call): Promise<Reply> {
  const stats = await statPath(locateDirectory(workspace, call, "READ_VOLUME"));
  if (!stats?.isDirectory()) throw directoryMissing();
  return empty(200);
}

async function create(workspace: Workspace, call: Call): Promise<Reply> {
  const at = locateDirectory(workspace, call, "WRITE_VOLUME");
  await makeDirectory(at);
  return empty(204);
}

async function remove(workspace: Workspace, call: Call): Promise<Reply> {
  await removeDirectory(locateDirectory(workspace, call, "WRITE_VOLUME"));
  return empty(204);
}

/** The path of a directory may end in a slash. */
function locateDirectory(workspace: Workspace, call: Call, needed: Privilege): VolumePath {
  const names = namesOf(call.rest);
  if (names.at(-1) === "") names.pop();
  return locate(workspace, call.principal, names, needed);
}
