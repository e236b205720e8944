import { OperationError } from "@front-door/operations";

const decodingRoundsMax = 8;

/**
 * Lets a path through that no server between here and Databricks can read as another path. Throws an
 * INVALID_PARAMETER_VALUE {@link OperationError} for a backslash, `?`, `#`, a control character or a dot segment, in any
 * number of percent-encodings. The SDK puts names into paths as they are and its own client lets `URL` normalise them, so
 * `catalogs.delete({ name: "../../../2.0/preview/scim/v2/Users/1" })` reaches SCIM (sdk-traps 11).
 */
export function checkRequestPath(path: string): void {
  const problem = problemOf(path);
  if (problem !== undefined) {
    throw new OperationError("INVALID_PARAMETER_VALUE", `A name in the request ${problem}.`);
  }
}

function problemOf(path: string): string | undefined {
  if (!/^\/(api|oidc)\/[\x21-\x7e]+$/.test(path)) return "is not percent-encoded";
  if (/[\\?#]/.test(path)) return "is not percent-encoded";
  return path.split("/").map(problemOfSegment).find(Boolean);
}

function problemOfSegment(segment: string): string | undefined {
  let current = segment;
  for (let round = 0; round < decodingRoundsMax; round++) {
    // A raw slash ends the segment; a decoded one, of either kind, may begin another for a lenient server.
    if (current.split(/[/\\]/).some((part) => part === "." || part === "..")) {
      return 'has a "." or ".." segment';
    }
    if (/\p{Cc}/u.test(current)) return "has a control character";
    const decoded = decode(current);
    if (decoded === undefined) return round === 0 ? "is not percent-encoded" : undefined;
    if (decoded === current) return undefined;
    current = decoded;
  }
  return "is percent-encoded too many times";
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
