import type { IncomingHttpHeaders } from "node:http";

/** What the conditional headers and `Range` make of a read. */
export type ReadPlan =
  | { kind: "whole" }
  | { kind: "part"; start: number; end: number }
  | { kind: "notModified" }
  | { kind: "changed" }
  | { kind: "unsatisfiable" };

/**
 * HTTP's rules (RFC 9110) for the headers that SDKs send. There are no ETags: whether Databricks gives any is not
 * known, so `If-Match` and `If-None-Match` have nothing to compare with and are left alone.
 */
export function planRead(headers: IncomingHttpHeaders, size: number, modified: Date): ReadPlan {
  const unmodifiedSince = httpDate(headers["if-unmodified-since"]);
  if (unmodifiedSince !== undefined && seconds(modified) > unmodifiedSince) return { kind: "changed" };
  const modifiedSince = httpDate(headers["if-modified-since"]);
  if (modifiedSince !== undefined && seconds(modified) <= modifiedSince) return { kind: "notModified" };
  const ifRange = headers["if-range"];
  if (ifRange !== undefined && httpDate(String(ifRange)) !== seconds(modified)) return { kind: "whole" };
  return planRange(headers.range, size);
}

/** One range; several, or a malformed one, are ignored, which HTTP allows. */
function planRange(range: string | undefined, size: number): ReadPlan {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: "unsatisfiable" } : { kind: "part", start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return { kind: "whole" };
  return start >= size ? { kind: "unsatisfiable" } : { kind: "part", start, end };
}

/** HTTP dates have whole seconds. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function httpDate(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
