import { join } from "node:path";
import { invalidParameter, notImplemented } from "../http/api-error.ts";
import { decodeSegment } from "../http/raw-path.ts";
import type { Principal } from "../identity/principals.ts";
import type { Privilege } from "../state/securables.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { Privileges } from "../unity-catalog/privileges.ts";
import type { Workspace } from "../workspace.ts";
import { volumeMissing } from "./files-error.ts";

/** A place on disk in a volume. */
export interface VolumePlace {
  /** The volume's folder. */
  root: string;
  /** Decoded; empty for the volume itself. */
  segments: string[];
  path: string;
}

/** A place that a caller may use. */
export interface VolumePath extends VolumePlace {
  volumeId: string;
  /** As Databricks shows it: `/Volumes/…`, not encoded. */
  shown: string;
}

/**
 * The names in a request's raw path. Like Databricks it decodes the path first and then splits it, because the Databricks
 * CLI sends the whole path as one segment (`Volumes%2Fmain%2F…`). Everything is decoded exactly once.
 */
export function namesOf(rest: readonly string[]): string[] {
  return rest.flatMap((segment) => decodeSegment(segment).split("/"));
}

/** The names in a path that is not encoded, such as `/Volumes/main/default/files/a`. */
export function namesIn(path: string): string[] {
  return (path.startsWith("/") ? path.slice(1) : path).split("/");
}

/** Finds the volume of a path and checks the caller's rights to it. Throws 400 for path traversal. */
export function locate(
  workspace: Pick<Workspace, "metastore" | "folder">,
  principal: Principal,
  path: readonly string[],
  needed: Privilege,
): VolumePath {
  for (const name of path) requireName(name);
  const [area = "", catalog, schema, name, ...segments] = path;
  if (area !== "Volumes") throw notImplemented("files outside /Volumes");
  if (catalog === undefined || schema === undefined || name === undefined) {
    throw invalidParameter("The path must name a volume: /Volumes/<catalog>/<schema>/<volume>/…");
  }
  const { state } = workspace.metastore;
  const fullName = `${catalog}.${schema}.${name}`.toLowerCase();
  const volume = state.at("volume", [catalog, schema, name]);
  if (volume === undefined) throw volumeMissing(fullName);
  const rights = new Privileges(state, principal);
  rights.requireUse(state.parent(volume));
  rights.require(needed, volume);
  const shown = ["/Volumes", ...state.fullName(volume).split("."), ...segments].join("/");
  return { volumeId: volume.id, shown, ...placeOf(workspace.folder, volume.id, segments) };
}

/** Where a file of a volume is. */
export function placeOf(folder: StateFolder, volumeId: string, segments: string[]): VolumePlace {
  const root = folder.volumeDir(volumeId);
  return { root, segments, path: join(root, ...segments) };
}

function requireName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("\0")) {
    throw invalidParameter(
      `The path segment ${JSON.stringify(name)} must be a name: not empty, and not "." or "..".`,
    );
  }
}
