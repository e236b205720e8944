import type { IncomingHttpHeaders } from "node:http";

/** How the conditional headers and `Range` change a read. */
export type ReadPlan =
  | { kind: "whole" }
  | { kind: "part"; start: number; end: number }
  | { kind: "notModified" }
  | { kind: "changed" }
  | { kind: "unsatisfiable" };

/**
 * Applies RFC 9110 to the headers that SDKs send. Whether Databricks sends ETags is not known, so there are none here,
 * and `If-Match` and `If-None-Match` are ignored.
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

/** Reads a single range. Several ranges or a malformed one are ignored, as HTTP allows. */
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

/** HTTP dates have a resolution of one second. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function httpDate(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
