import { UsageError } from "../output/usage-error.ts";

export type Location =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "remote"; readonly path: string };

/**
 * Which side a path is on: `dbfs:/Volumes/…` and `/Volumes/…` are in the workspace, everything else is on this machine.
 * `file:` before a path keeps it on this machine, because macOS has a /Volumes of its own.
 */
export function locationOf(text: string): Location {
  if (text.startsWith("file:")) return { kind: "local", path: text.slice("file:".length) };
  if (text.startsWith("dbfs:") || text === "/Volumes" || text.startsWith("/Volumes/")) {
    return { kind: "remote", path: remotePath(text) };
  }
  return { kind: "local", path: text };
}

/** A path in the workspace, without the scheme that the Databricks CLI wants. Throws a UsageError for another one. */
export function remotePath(text: string): string {
  const path = text.startsWith("dbfs:") ? text.slice("dbfs:".length).replace(/^\/\/(?=\/)/, "") : text;
  if (path !== "/Volumes" && !path.startsWith("/Volumes/")) {
    throw new UsageError(
      `A path in the workspace begins with /Volumes/ or dbfs:/Volumes/, got ${JSON.stringify(text)}.`,
    );
  }
  return path;
}
