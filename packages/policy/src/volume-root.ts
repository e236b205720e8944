import { parseVolumePath, type VolumePath } from "@front-door/operations";

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
  const isSchema = /^\/Volumes\/[^/]+\/[^/]+\/?$/.test(path);
  if (!isSchema) return parseVolumePath(path);
  // Checks both names as a path in a volume does.
  const { catalog, schema } = parseVolumePath(`${path.replace(/\/$/, "")}/volume`);
  return { catalog, schema, volume: undefined, segments: [] };
}

/** Whether all of `path` is inside `root`. Names compare as in Unity Catalog, directories character by character. */
export function isInside(root: VolumeRoot, path: VolumePath): boolean {
  return (
    touchesVolume(root, path.catalog, path.schema, path.volume) &&
    root.segments.every((segment, index) => segment === path.segments[index])
  );
}

/** Whether the volume is inside `root`, or `root` inside the volume. */
export function touchesVolume(root: VolumeRoot, catalog: string, schema: string, volume: string): boolean {
  return touchesSchema(root, catalog, schema) && (root.volume === undefined || isSame(root.volume, volume));
}

export function touchesSchema(root: VolumeRoot, catalog: string, schema: string): boolean {
  return isSame(root.catalog, catalog) && isSame(root.schema, schema);
}

function isSame(name: string, other: string): boolean {
  return foldName(name) === foldName(other);
}

/**
 * A name of Unity Catalog in lower case, to compare two spellings of it. The Kelvin sign (U+212A) and `İ` (U+0130) stay as
 * they are: their lower case has an ASCII letter, and a service that lower-cases differently would see another name.
 */
export function foldName(name: string): string {
  return name.replace(/[^\u0130\u212A]/gu, (character) => character.toLowerCase());
}
