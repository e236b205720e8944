import { join } from "node:path";
import { invalidParameter, notImplemented } from "../http/api-error.ts";
import type { Call } from "../http/call.ts";
import { decodeSegment } from "../http/raw-path.ts";
import type { Privilege } from "../state/securables.ts";
import { Privileges } from "../unity-catalog/privileges.ts";
import type { Workspace } from "../workspace.ts";
import { volumeMissing } from "./files-error.ts";

/** A place in a volume. */
export interface VolumePath {
  /** The volume's folder on disk. */
  root: string;
  /** Decoded; empty for the volume itself. */
  segments: string[];
  /** On disk. */
  path: string;
  /** As Databricks shows it: `/Volumes/…`, not encoded. */
  shown: string;
}

/**
 * Finds the volume of a raw `/Volumes/…` path and checks the caller's rights to it. Each segment is decoded exactly
 * once. Throws 400 for path traversal.
 */
export function locate(workspace: Workspace, call: Call, needed: Privilege): VolumePath {
  const [area = "", ...names] = call.rest.map(safeSegment);
  if (area !== "Volumes") throw notImplemented("files outside /Volumes");
  const [catalog, schema, name, ...segments] = names;
  if (catalog === undefined || schema === undefined || name === undefined) {
    throw invalidParameter("The path must name a volume: /Volumes/<catalog>/<schema>/<volume>/…");
  }
  const { state } = workspace.metastore;
  const fullName = `${catalog}.${schema}.${name}`.toLowerCase();
  const volume = state.at("volume", [catalog, schema, name]);
  if (volume === undefined) throw volumeMissing(fullName);
  const rights = new Privileges(state, call.principal);
  rights.requireUse(state.parent(volume));
  rights.require(needed, volume);
  const root = workspace.folder.volumeDir(volume.id);
  const shown = ["/Volumes", ...state.fullName(volume).split("."), ...segments].join("/");
  return { root, segments, path: join(root, ...segments), shown };
}

function safeSegment(raw: string): string {
  const segment = decodeSegment(raw);
  if (segment === "" || segment === "." || segment === ".." || /[/\0]/.test(segment)) {
    throw invalidParameter(
      `The path segment ${JSON.stringify(raw)} must be a name: not empty, not "." or "..", and without slashes.`,
    );
  }
  return segment;
}
