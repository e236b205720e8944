import { invalidParameter } from "./api-error.ts";

/** A request target split at its query, with nothing decoded and no segment collapsed. */
export interface RawTarget {
  path: string;
  search: string;
}

export function splitTarget(url: string): RawTarget {
  const mark = url.indexOf("?");
  return mark === -1 ? { path: url, search: "" } : { path: url.slice(0, mark), search: url.slice(mark + 1) };
}

/** Decodes one raw path segment exactly once. Throws 400 unless it is percent-encoded UTF-8. */
export function decodeSegment(raw: string): string {
  for (let at = 0; at < raw.length; at += 1) {
    if (raw.charCodeAt(at) > 0x7e) throw invalidParameter("The path must be percent-encoded.");
  }
  try {
    return decodeURIComponent(raw);
  } catch {
    throw invalidParameter(`The path segment ${JSON.stringify(raw)} must be percent-encoded UTF-8.`);
  }
}
