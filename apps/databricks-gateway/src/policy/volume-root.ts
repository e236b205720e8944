import { parseVolumePath, type VolumePath } from "@front-door/operations";
import { foldName } from "./fold-name.ts";

/** A schema, a volume or a directory in a volume, with everything below it. */
export interface VolumeRoot {
  readonly catalog: string;
  readonly schema: string;
  /** Undefined: every volume of the schema. */
  readonly volume: string | undefined;
  readonly segments: readonly string[];
}

/** Reads `/Volumes/<catalog>/<schema>[/<volume>[/…]]`. Throws a RangeError that says what is wrong. */
export function parseVolumeRoot(path: string): VolumeRoot {
  const [, catalog, schema] = /^\/Volumes\/([^/]+)\/([^/]+)\/?$/.exec(path) ?? [];
  if (catalog === undefined || schema === undefined) return parseVolumePath(path);
  // Checks both names as a path in a volume does.
  parseVolumePath(`/Volumes/${catalog}/${schema}/volume`);
  return { catalog, schema, volume: undefined, segments: [] };
}

/** Whether all of `path` is inside `root`. Names compare as in Unity Catalog, directories character by character. */
export function isInside(root: VolumeRoot, path: VolumePath): boolean {
  return (
    foldName(root.catalog) === foldName(path.catalog) &&
    foldName(root.schema) === foldName(path.schema) &&
    (root.volume === undefined || foldName(root.volume) === foldName(path.volume)) &&
    root.segments.every((segment, index) => segment === path.segments[index])
  );
}

/** Whether the volume is inside `root`, or `root` inside the volume. */
export function touchesVolume(root: VolumeRoot, catalog: string, schema: string, volume: string): boolean {
  return (
    touchesSchema(root, catalog, schema) &&
    (root.volume === undefined || foldName(root.volume) === foldName(volume))
  );
}

export function touchesSchema(root: VolumeRoot, catalog: string, schema: string): boolean {
  return foldName(root.catalog) === foldName(catalog) && foldName(root.schema) === foldName(schema);
}
