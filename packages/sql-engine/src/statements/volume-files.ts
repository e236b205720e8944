import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { Minimatch } from "minimatch";
import type { CatalogSource } from "../catalog-source.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { volumeNotFound } from "../statement-run.ts";

/** The files that `/Volumes/<catalog>/<schema>/<volume>/…` stands for: a file, a folder or a glob pattern. */
export async function volumeFiles(path: string, source: CatalogSource, principal: string): Promise<string[]> {
  const parts = path
    .replace(/^dbfs:/, "")
    .split("/")
    .filter((part) => part !== "");
  const [root, catalog = "", schema = "", name = "", ...rest] = parts;
  if (root !== "Volumes" || name === "")
    throw unsupported("PATH", `the path ${path}: only files in volumes can be read`);
  if (rest.some((part) => part === "." || part === ".."))
    throw new SqlError("INVALID_PARAMETER_VALUE", `The path ${path} must not contain "." or ".." segments.`);
  const volumePath = [catalog, schema, name].map((part) => part.toLowerCase());
  const volume = source.volume(principal, volumePath);
  if (volume === undefined) throw volumeNotFound(volumePath);
  source.require(principal, "READ_VOLUME", "VOLUME", volumePath);
  const folder = await realpath(volume.folder).catch(() => volume.folder);
  const first = rest.findIndex((part) => /[*?[{]/.test(part));
  const found =
    first === -1
      ? await filesAt(join(folder, ...rest))
      : await filesBelow(join(folder, ...rest.slice(0, first)), rest.slice(first).join("/"));
  const files: string[] = [];
  for (const file of found) files.push(await inside(folder, file, path));
  if (files.length === 0) throw new SqlError("PATH_NOT_FOUND", `Path does not exist: ${path}.`);
  return files.toSorted();
}

/** Throws if a symbolic link leads out of the volume. */
async function inside(folder: string, file: string, path: string): Promise<string> {
  const real = await realpath(file);
  const way = relative(folder, real);
  if (way.startsWith("..") || way.split(sep).includes("..") || resolve(folder, way) !== real) {
    throw new SqlError("PERMISSION_DENIED", `The path ${path} leads out of its volume, through a link.`);
  }
  return real;
}

async function filesAt(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return [];
  return info.isDirectory() ? filesBelow(path, "**/*") : [path];
}

/** Spark hides names that begin with `_` or `.`. */
async function filesBelow(folder: string, pattern: string): Promise<string[]> {
  const matcher = new Minimatch(pattern);
  const files: string[] = [];
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const parts = name.split(sep);
    if (parts.some((part) => /^[._]/.test(part)) || !matcher.match(parts.join("/"))) continue;
    if ((await stat(join(folder, name))).isFile()) files.push(join(folder, name));
  }
  return files;
}
