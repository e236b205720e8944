import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FileEntry, type FileTransfer, SqlError } from "@front-door/sql-engine";
import { directoryInTheWay, directoryMissing } from "../files/files-error.ts";
import { statPath } from "../files/volume-folder.ts";
import { locate, namesIn } from "../files/volume-path.ts";
import type { Principal } from "../identity/principals.ts";
import type { Workspace } from "../workspace.ts";

type Parts = Pick<Workspace, "metastore" | "folder" | "storage">;

const URL_MS = 15 * 60_000;
const METHOD_OF = { PUT: "PUT", GET: "GET", REMOVE: "DELETE" } as const;

/**
 * The presigned URL by which a client does what its statement says. Only a PUT looks whether the file is there, as on
 * Databricks: a GET or REMOVE of a missing one fails at its URL.
 */
export async function presignTransfer(
  parts: Parts,
  principal: Principal,
  { operation, path, overwrite }: FileTransfer,
): Promise<{ url: string; headers: Record<string, string> }> {
  const needed = operation === "GET" ? "READ_VOLUME" : "WRITE_VOLUME";
  const at = locate(parts, principal, namesIn(path), needed);
  if (operation === "PUT") {
    const there = await statPath(at);
    if (at.segments.length === 0 || there?.isDirectory()) throw directoryInTheWay();
    if (there !== undefined && !overwrite) {
      const message = `File in staging path ${path} already exists but OVERWRITE is not set`;
      throw new SqlError("FILE_IN_STAGING_PATH_ALREADY_EXISTS", message);
    }
  }
  const { volumeId, segments } = at;
  const claim = { method: METHOD_OF[operation], file: { volumeId, segments }, overwrite };
  const { url, headers } = parts.storage.presign(claim, Date.now() + URL_MS);
  return { url, headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) };
}

/** What a directory contains, by name. The slash after the name of a directory is a choice. */
export async function listFiles(parts: Parts, principal: Principal, path: string): Promise<FileEntry[]> {
  const at = locate(parts, principal, namesIn(path.replace(/\/$/, "")), "READ_VOLUME");
  if (!(await statPath(at))?.isDirectory()) throw directoryMissing();
  const names = (await readdir(at.path, { withFileTypes: true })).filter(
    (entry) => entry.isFile() || entry.isDirectory(),
  );
  const entries = names.map(async (entry) => {
    const { size, mtimeMs } = await stat(join(at.path, entry.name));
    const name = entry.isDirectory() ? `${entry.name}/` : entry.name;
    const bytes = entry.isDirectory() ? 0 : size;
    return { path: `${at.shown}/${name}`, name, size: bytes, modifiedMs: Math.floor(mtimeMs) };
  });
  return (await Promise.all(entries)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
