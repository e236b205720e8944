import { type Api, type FrontDoor, FrontDoorError } from "@front-door/api-client";
import { leadsElsewhere } from "./local-name.ts";

/** What is at a path. */
export interface Existing {
  readonly isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  readonly size: number;
  /** Milliseconds since 1970. Undefined if it is not known. */
  readonly modifiedMs: number | undefined;
}

/** An entry of a tree; `segments` lead to it from the top. */
export interface TreeEntry extends Existing {
  readonly segments: readonly string[];
}

/** Hears of a directory below the top, or of a file, that cannot be read. Throws if nothing more can be. */
export type OnUnreadable = (segments: readonly string[], error: unknown) => void;

/** Everything in a directory of the workspace, each directory before what is in it. */
export async function* remoteTree(
  client: FrontDoor,
  root: string,
  signal: AbortSignal,
  onUnreadable: OnUnreadable,
): AsyncGenerator<TreeEntry> {
  const directories: string[][] = [[]];
  for (let parent = directories.pop(); parent !== undefined; parent = directories.pop()) {
    try {
      for await (const entry of client.listDirectory({ path: joined(root, parent) }, { signal })) {
        const segments = [...parent, entry.name];
        if (entry.is_directory && !leadsElsewhere(entry.name)) directories.push(segments);
        yield { segments, ...existingOf(entry) };
      }
    } catch (error) {
      if (parent.length === 0) throw error;
      onUnreadable(parent, error);
    }
  }
}

/** What is in one directory, by name; nothing if there is no such directory. */
export async function remoteNames(
  client: FrontDoor,
  path: string,
  signal: AbortSignal,
): Promise<Map<string, Existing>> {
  const names = new Map<string, Existing>();
  try {
    for await (const entry of client.listDirectory({ path }, { signal }))
      names.set(entry.name, existingOf(entry));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return names;
}

function existingOf({
  is_directory: isDirectory,
  file_size: size = 0,
  last_modified: modifiedMs,
}: Api.DirectoryEntry) {
  return { isDirectory, size, modifiedMs };
}

/** A file of the workspace with its time in milliseconds, which only the listing of its directory has. Undefined if it has none. */
export async function listedFile(
  client: FrontDoor,
  path: string,
  signal: AbortSignal,
): Promise<Existing | undefined> {
  const end = path.lastIndexOf("/");
  for await (const entry of client.listDirectory({ path: path.slice(0, end) }, { signal })) {
    if (entry.name === path.slice(end + 1)) return existingOf(entry);
  }
  return undefined;
}

/** What is at a path of the workspace, or undefined. The time of a file is in whole seconds. A slash at its end says that it is a directory. */
export async function remoteEntry(
  client: FrontDoor,
  path: string,
  signal: AbortSignal,
): Promise<Existing | undefined> {
  if (!path.endsWith("/")) {
    try {
      const { file_size: size, last_modified: modified } = await client.fileMetadata({ path }, { signal });
      return { isDirectory: false, size, modifiedMs: modified };
    } catch (error) {
      if (!isNotFound(error) && !isNoFile(error)) throw error;
    }
  }
  try {
    await client.listDirectory({ path, max_results: 1 }, { signal });
    return { isDirectory: true, size: 0, modifiedMs: undefined };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function joined(root: string, segments: readonly string[]): string {
  return [withoutSlash(root), ...segments].join("/");
}

/** A path without the slashes at its end. */
export function withoutSlash(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}

function isNotFound(error: unknown): boolean {
  return error instanceof FrontDoorError && error.status === 404;
}

/** A path that only a directory can have, such as that of a volume. */
function isNoFile(error: unknown): boolean {
  return error instanceof FrontDoorError && error.status === 400;
}
