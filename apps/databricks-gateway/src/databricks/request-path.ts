import { isPathTraversal, OperationError } from "@front-door/operations";

/**
 * Accepts a path only if every server on the way to Databricks reads it the same. Throws INVALID_PARAMETER_VALUE for a
 * backslash, `?`, `#`, a control character or a dot segment, however often it is percent-encoded. The SDK does not encode
 * names, so `catalogs.delete({ name: "../../../2.0/preview/scim/v2/Users/1" })` reaches SCIM (docs/sdk-transport.md, SDK 11).
 */
export function checkRequestPath(path: string): void {
  const problem = problemOf(path);
  if (problem !== undefined) {
    throw new OperationError("INVALID_PARAMETER_VALUE", `A name in the request ${problem}.`);
  }
}

/** Whether {@link checkRequestPath} accepts the path. */
export function isRequestPath(path: string): boolean {
  return problemOf(path) === undefined;
}

function problemOf(path: string): string | undefined {
  if (!/^\/(api|oidc|serving-endpoints)\/[\x21-\x7e]+$/.test(path) || /[\\?#]/.test(path))
    return "is not percent-encoded";
  return path.split("/").map(problemOfSegment).find(Boolean);
}

function problemOfSegment(segment: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return "is not percent-encoded";
  }
  if (/\p{Cc}/u.test(name)) return "has a control character";
  return isPathTraversal(name) ? 'has a "." or ".." segment' : undefined;
}
