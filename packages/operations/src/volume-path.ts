import * as z from "zod";
import { isPathTraversal } from "./path-traversal.ts";
import { namePattern, securableName } from "./securable-name.ts";

/** A path inside a volume, in parts. `segments` is empty for the volume's own root. */
export interface VolumePath {
  readonly catalog: string;
  readonly schema: string;
  readonly volume: string;
  readonly segments: readonly string[];
}

const pathBytesMax = 4096;
const segmentBytesMax = 255;
const namesInPath = ["catalog", "schema", "volume"] as const;

/**
 * Splits `/Volumes/<catalog>/<schema>/<volume>[/…]` into its parts. One slash at the end is ignored, and nothing is
 * percent-decoded. Throws a RangeError that says what is wrong: a path over 4,096 bytes, a segment over 255 bytes (the
 * storage's limit), an empty segment, a control character, or path traversal in any encoding.
 */
export function parseVolumePath(path: string): VolumePath {
  if (Buffer.byteLength(path) > pathBytesMax) throw new RangeError(`must be at most ${pathBytesMax} bytes`);
  if (!path.isWellFormed()) throw new RangeError("must be well-formed Unicode");
  const [before, root, ...parts] = path.split("/");
  if (parts.at(-1) === "") parts.pop();
  if (before !== "" || root !== "Volumes" || parts.length < namesInPath.length) {
    throw new RangeError('must begin with "/Volumes/<catalog>/<schema>/<volume>"');
  }
  for (const segment of parts) checkSegment(segment);
  const [catalog, schema, volume] = namesInPath.map((what, index) => {
    const name = securableName.safeParse(parts[index]);
    if (!name.success) throw new RangeError(`its ${what} ${name.error.issues[0]?.message}`);
    return name.data;
  }) as [string, string, string];
  return { catalog, schema, volume, segments: parts.slice(namesInPath.length) };
}

/** Throws a RangeError that says why a part between two slashes cannot be in a path. */
export function checkSegment(segment: string): void {
  if (segment === "") throw new RangeError('must not have an empty segment ("//")');
  if (Buffer.byteLength(segment) > segmentBytesMax) {
    throw new RangeError(`must not have a segment of more than ${segmentBytesMax} bytes`);
  }
  if (/\p{Cc}/u.test(segment)) throw new RangeError("must not contain control characters");
  if (isPathTraversal(segment))
    throw new RangeError('must not contain "." or ".." segments, in any encoding');
}

/** The path as text, unencoded: what {@link parseVolumePath} reads back. */
export function formatVolumePath({ catalog, schema, volume, segments }: VolumePath): string {
  return ["", "Volumes", catalog, schema, volume, ...segments].join("/");
}

/** The path for a URL, with every segment percent-encoded. */
export function encodeVolumePath({ catalog, schema, volume, segments }: VolumePath): string {
  return ["", "Volumes", ...[catalog, schema, volume, ...segments].map(encodeURIComponent)].join("/");
}

type PathKind = "file" | "directory" | "subdirectory";

function problemOf(path: string, kind: PathKind): string | undefined {
  try {
    const isRoot = parseVolumePath(path).segments.length === 0;
    if (kind === "directory") return undefined;
    if (kind === "subdirectory") return isRoot ? "must be a directory inside the volume" : undefined;
    if (isRoot) return "must name a file inside the volume";
    return path.endsWith("/") ? "must not end with a slash, because it names a file" : undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

const control = "\\u0000-\\u001f\\u007f-\\u009f";
/** For the API document: what {@link checkSegment} lets through, roughly. */
export const segmentPattern = `(?:[^/.${control}]|\\.[^/.${control}]|\\.\\.[^/${control}])[^/${control}]*`;
const volumePattern = `^/Volumes(?:/${namePattern}){3}`;

/** For the API document: what can be said of a path without counting its bytes. {@link problemOf} says it better. */
const patternOf: Readonly<Record<PathKind, string>> = {
  file: `${volumePattern}(?:/${segmentPattern})+$`,
  directory: `${volumePattern}(?:/${segmentPattern})*/?$`,
  subdirectory: `${volumePattern}(?:/${segmentPattern})+/?$`,
};

function volumePathSchema(kind: PathKind): z.ZodString {
  return z
    .string()
    .check((context) => {
      const message = problemOf(context.value, kind);
      if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
    })
    .meta({ pattern: patternOf[kind] });
}

export const filePath: z.ZodString = volumePathSchema("file").describe(
  "A file in a volume: /Volumes/<catalog>/<schema>/<volume>/<path>. At most 255 bytes in a segment and 4,096 bytes in all.",
);

export const directoryPath: z.ZodString = volumePathSchema("directory").describe(
  "A directory in a volume, or the volume itself: /Volumes/<catalog>/<schema>/<volume>[/<path>].",
);

export const subdirectoryPath: z.ZodString = volumePathSchema("subdirectory").describe(
  "A directory inside a volume: /Volumes/<catalog>/<schema>/<volume>/<path>.",
);
