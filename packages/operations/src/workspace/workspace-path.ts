import * as z from "zod";
import { checkSegment, segmentPattern } from "../volume-path.ts";

const pathBytesMax = 4096;
/** Files of volumes and of DBFS have operations, and policies, of their own. */
const otherRoots: ReadonlySet<string> = new Set(["volumes", "dbfs:", "dbfs"]);

/**
 * What is wrong with a path of the workspace, such as `/Users/someone@example.com/report`: it is not absolute, over 4,096 bytes, has an
 * empty segment, one over 255 bytes, a control character, or path traversal in any encoding. Nothing is percent-decoded.
 */
function problemOf(path: string, isRootAllowed: boolean): string | undefined {
  if (Buffer.byteLength(path) > pathBytesMax) return `must be at most ${pathBytesMax} bytes`;
  if (!path.isWellFormed()) return "must be well-formed Unicode";
  if (path === "/") return isRootAllowed ? undefined : "must not be the root of the workspace";
  const [before, ...segments] = path.split("/");
  if (before !== "" || segments.length === 0) return 'must begin with "/"';
  try {
    for (const segment of segments) checkSegment(segment);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  const [first = "", second = ""] = segments.map((segment) => segment.toLowerCase());
  const isElsewhere = otherRoots.has(first === "workspace" ? second : first);
  return isElsewhere ? "must be in the workspace, not in a volume or in DBFS" : undefined;
}

function workspacePathSchema(isRootAllowed: boolean): z.ZodString {
  const segments = `/${segmentPattern}(?:/${segmentPattern})*`;
  return z
    .string()
    .check((context) => {
      const message = problemOf(context.value, isRootAllowed);
      if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
    })
    .meta({ pattern: isRootAllowed ? `^(?:/|${segments})$` : `^${segments}$` });
}

export const workspacePath: z.ZodString = workspacePathSchema(false).describe(
  "An absolute path in the workspace, like `/Users/someone@example.com/report`. At most 255 bytes in a segment and 4,096 bytes in all.",
);

/** Also `/`. */
export const workspacePathOrRoot: z.ZodString = workspacePathSchema(true).describe(
  "An absolute path in the workspace, like `/Users/someone@example.com`. `/` is its root.",
);
