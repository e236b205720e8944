import { invalidParameter, permissionDenied } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";

/** The folders that are always there, besides the home folder of each user. */
export const FIXED_FOLDERS = ["/", "/Users", "/Shared", "/Repos"] as const;

/** Databricks' own limit is not known. Without any, the folders above a path could take all memory. */
const PATH_CHARACTERS_MAX = 4096;

/**
 * The path without the prefix `/Workspace`. Throws 400 unless it is absolute, without empty segments and path traversal, and
 * at most 4,096 characters long.
 */
export function objectPath(given: string | null | undefined): string {
  if (!given) throw invalidParameter("Path must be specified.");
  if (given.length > PATH_CHARACTERS_MAX) {
    throw invalidParameter(`Path must have at most ${PATH_CHARACTERS_MAX} characters, got ${given.length}.`);
  }
  if (!given.startsWith("/")) throw invalidParameter(`Path (${given}) must be an absolute path.`);
  const path = given.replace(/^\/Workspace(?=\/|$)/, "") || "/";
  if (path === "/") return path;
  if (path.slice(1).split("/").some(isOdd)) throw invalidParameter(`Path (${given}) is not a valid path.`);
  return path;
}

function isOdd(name: string): boolean {
  return name === "" || name === "." || name === ".." || name.includes("\0");
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** A folder of a user is for that user and for admins; everybody may see the rest, and change what is in `/Shared`. */
export function requireAccess(path: string, { name, admin }: Principal, access: "Read" | "Edit"): void {
  if (admin || mayUse(path, name, access)) return;
  throw permissionDenied(`${name} does not have ${access} permissions on ${path}.`);
}

export function mayUse(path: string, name: string, access: "Read" | "Edit"): boolean {
  const [, area, folder] = path.split("/");
  if (area === "Users" && folder !== undefined) return folder === name;
  return access === "Read" || area === "Shared";
}
