import { lstat, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isPartName } from "./part-name.ts";
import type { Existing, OnUnreadable, TreeEntry } from "./remote-files.ts";

/**
 * Everything in a folder of this machine, each folder before what is in it. `leftOut` hears of parts of
 * downloads, of links, which could lead out of the tree, of sockets and the like.
 */
export async function* localTree(
  root: string,
  leftOut: (path: string, why: string) => void,
  onUnreadable: OnUnreadable,
): AsyncGenerator<TreeEntry> {
  const ifReadable = async <Found>(segments: readonly string[], found: Promise<Found>) =>
    found.catch((error: unknown) => {
      if (segments.length === 0) throw error;
      onUnreadable(segments, error);
    });
  const folders: string[][] = [[]];
  for (let parent = folders.pop(); parent !== undefined; parent = folders.pop()) {
    const entries = await ifReadable(parent, readdir(join(root, ...parent), { withFileTypes: true }));
    for (const entry of (entries ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const segments = [...parent, entry.name];
      const path = join(root, ...segments);
      if (entry.isDirectory()) {
        folders.push(segments);
        yield { segments, isDirectory: true, size: 0, modifiedMs: undefined };
      } else if (isPartName(entry.name)) {
        leftOut(path, "it is the part of an unfinished download");
      } else if (entry.isFile()) {
        const file = await ifReadable(segments, localFile(path));
        if (file !== undefined) yield { segments, ...file };
      } else {
        leftOut(path, entry.isSymbolicLink() ? "it is a symbolic link" : "it is not a file");
      }
    }
  }
}

/** A file as the source of an upload. */
export async function localFile(path: string): Promise<Existing> {
  const { size, mtimeMs, ctimeMs } = await stat(path);
  // A file that took the place of another one can be older than that one was, but it took the place later.
  return { isDirectory: false, size, modifiedMs: Math.max(mtimeMs, ctimeMs) };
}

/** The parts of unfinished downloads in a folder; none if there is no folder. */
export async function partNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => isPartName(name));
}

/** What is at a path of this machine, or undefined. */
export async function localEntry(path: string): Promise<Existing | undefined> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return stats && { isDirectory: stats.isDirectory(), size: stats.size, modifiedMs: stats.mtimeMs };
}

/** Makes a folder below the target, and those on the way. Throws if one is a link, which could lead out of the target. */
export async function makeFolder(root: string, segments: readonly string[]): Promise<void> {
  await mkdir(root, { recursive: true });
  let path = root;
  for (const segment of segments) {
    path = join(path, segment);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if ((await lstat(path)).isSymbolicLink()) {
      throw new Error(`${path} is a symbolic link: it could lead out of ${root}.`);
    }
  }
}
