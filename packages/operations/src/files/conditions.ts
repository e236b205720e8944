/** What identifies a version of a file in HTTP. */
export interface FileVersion {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface Conditions {
  readonly range?: string | undefined;
  readonly if_range?: string | undefined;
  readonly if_match?: string | undefined;
  readonly if_none_match?: string | undefined;
  readonly if_modified_since?: string | undefined;
  readonly if_unmodified_since?: string | undefined;
}

export type Decision = "failed" | "not modified" | "whole" | "range";

export function hasConditions(params: Conditions): boolean {
  const { if_range, if_match, if_none_match, if_modified_since, if_unmodified_since } = params;
  return [if_range, if_match, if_none_match, if_modified_since, if_unmodified_since].some(
    (condition) => condition !== undefined,
  );
}

/** What a GET or HEAD under these conditions returns, in the order of RFC 9110 §13.2.2. */
export function decide(params: Conditions, version: FileVersion): Decision {
  const modified = httpDate(version.lastModified);
  if (params.if_match !== undefined) {
    if (!matches(params.if_match, version.etag, "strong")) return "failed";
  } else if (isAfter(modified, httpDate(params.if_unmodified_since))) return "failed";
  if (params.if_none_match !== undefined) {
    if (matches(params.if_none_match, version.etag, "weak")) return "not modified";
  } else {
    const since = httpDate(params.if_modified_since);
    if (since !== undefined && modified !== undefined && modified <= since) return "not modified";
  }
  if (params.range === undefined || singleRange(params.range) === undefined) return "whole";
  return params.if_range === undefined || isSameFile(params.if_range, version) ? "range" : "whole";
}

/** The header if it asks for one range of bytes. Undefined, which means the whole file, for anything else. */
export function singleRange(header: string | undefined): string | undefined {
  const [, first, last] = /^bytes=(\d{0,25})-(\d{0,25})$/i.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  // RFC 9110 §14.1.1: a last position before the first makes the whole set invalid.
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return `bytes=${first}-${last}`;
}

/** §13.1.5: the validator must be strong, so our own weak ETag never matches. A date must be exactly the same. */
function isSameFile(ifRange: string, { etag, lastModified }: FileVersion): boolean {
  const validator = ifRange.trim();
  if (validator.startsWith('"') || validator.startsWith("W/")) return matches(validator, etag, "strong");
  const date = httpDate(validator);
  return date !== undefined && date === httpDate(lastModified);
}

function matches(list: string, etag: string | undefined, comparison: "strong" | "weak"): boolean {
  // The file exists.
  if (list.trim() === "*") return true;
  if (etag === undefined || (comparison === "strong" && etag.startsWith("W/"))) return false;
  const opaque = etag.replace(/^W\//, "");
  for (const [candidate] of list.matchAll(/(?:W\/)?"[^"]*"/g)) {
    if (comparison === "weak" ? candidate.replace(/^W\//, "") === opaque : candidate === etag) return true;
  }
  return false;
}

function isAfter(time: number | undefined, limit: number | undefined): boolean {
  return time !== undefined && limit !== undefined && time > limit;
}

/** §5.6.7: anything but an HTTP date is ignored. */
function httpDate(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Z][a-z]{2,8},? .*\d/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
