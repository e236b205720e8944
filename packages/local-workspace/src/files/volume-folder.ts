import { constants, type Stats } from "node:fs";
import { type FileHandle, link, lstat, mkdir, open, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { invalidParameter } from "../http/api-error.ts";
import { syncDirectory } from "../state/durable-file.ts";
import {
  directoryInTheWay,
  directoryMissing,
  directoryNotEmpty,
  errnoOf,
  fileExists,
  fileInTheWay,
  fileMissing,
  pathError,
} from "./files-error.ts";
import type { VolumePlace } from "./volume-path.ts";

const ABSENT = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);
const PLACE_ATTEMPTS_MAX = 5;

/**
 * What is at the path. Undefined if there is nothing, a symbolic link, or anything behind one: the API creates no links,
 * so one was put there by hand and could lead out of the volume.
 */
export async function statPath(at: VolumePlace): Promise<Stats | undefined> {
  try {
    const parent = at.segments.length === 0 ? at.root : dirname(at.path);
    if ((await realpath(parent)) !== parent) return undefined;
    const stats = await lstat(at.path);
    return stats.isFile() || stats.isDirectory() ? stats : undefined;
  } catch (error) {
    if (ABSENT.has(errnoOf(error) ?? "")) return undefined;
    throw pathError(error);
  }
}

/** Opens a regular file for reading; the caller closes it. Throws 404 for anything else. */
export async function openFile(at: VolumePlace): Promise<{ file: FileHandle; stats: Stats }> {
  if (!(await statPath(at))?.isFile()) throw fileMissing();
  let file: FileHandle;
  try {
    // In case the last segment has since become a link, or a pipe that blocks.
    file = await open(at.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (ABSENT.has(errnoOf(error) ?? "")) throw fileMissing();
    throw error;
  }
  const stats = await file.stat();
  if (stats.isFile()) return { file, stats };
  await file.close();
  throw fileMissing();
}

/** Throws 409 if a file cannot be placed here. Called before its bytes are read. */
export async function requirePlaceable(at: VolumePlace, overwrite: boolean): Promise<void> {
  const stats = await statPath(at);
  if (stats?.isDirectory()) throw directoryInTheWay();
  if (stats !== undefined && !overwrite) throw fileExists();
}

/**
 * Moves a finished temporary file to the path, atomically and durably, and creates missing parents. Without `overwrite`
 * a hard link takes the name: of several writers exactly one wins, and the others get 409.
 */
export async function placeFile(temporary: string, at: VolumePlace, overwrite: boolean): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await makeDirectories(at.root, at.segments.slice(0, -1));
      if (overwrite) await rename(temporary, at.path);
      else await link(temporary, at.path);
      await syncDirectory(dirname(at.path));
      return;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") {
        // A parent was removed meanwhile and is created again, unless the whole volume is gone.
        if (attempt < PLACE_ATTEMPTS_MAX) continue;
        throw directoryMissing();
      }
      if (["EEXIST", "EISDIR", "ENOTEMPTY"].includes(errnoOf(error) ?? "")) {
        await requirePlaceable(at, overwrite);
      }
      throw pathError(error);
    }
  }
}

/** Creates a directory and its parents durably; existing ones stay. Throws 409 if one of them is a file. */
export async function makeDirectory(at: VolumePlace): Promise<void> {
  try {
    await makeDirectories(at.root, at.segments);
  } catch (error) {
    throw errnoOf(error) === "ENOENT" ? directoryMissing() : error;
  }
}

/** Throws ENOENT if the volume, or a directory just created, was removed meanwhile. */
async function makeDirectories(root: string, segments: string[]): Promise<void> {
  let path = root;
  for (const segment of segments) {
    const parent = path;
    path = join(path, segment);
    try {
      await mkdir(path, { mode: 0o700 });
      await syncDirectory(parent);
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw pathError(error);
      if (!(await lstat(path)).isDirectory()) throw fileInTheWay();
    }
  }
}

export async function removeFile(at: VolumePlace): Promise<void> {
  if (!(await statPath(at))?.isFile()) throw fileMissing();
  try {
    await unlink(at.path);
  } catch (error) {
    throw ABSENT.has(errnoOf(error) ?? "") ? fileMissing() : error;
  }
  await syncDirectory(dirname(at.path));
}

/** Removes an empty directory. Throws 400 for the volume's root: how Databricks answers that is not known. */
export async function removeDirectory(at: VolumePlace): Promise<void> {
  if (at.segments.length === 0) throw invalidParameter("The root directory of a volume cannot be deleted.");
  if (!(await statPath(at))?.isDirectory()) throw directoryMissing();
  try {
    await rmdir(at.path);
  } catch (error) {
    const code = errnoOf(error) ?? "";
    if (code === "ENOTEMPTY" || code === "EEXIST") throw directoryNotEmpty();
    throw ABSENT.has(code) ? directoryMissing() : error;
  }
  await syncDirectory(dirname(at.path));
}
