import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether the part in a 206 is the one that `range` asks for, by its Content-Range and its length. A part that begins
 * elsewhere, or ends before the asked end and before the end of the file, would be put together to another file.
 */
export function isRangeAskedFor(range: string | undefined, headers: IncomingHttpHeaders): boolean {
  const [, from, to, of] =
    /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined || first === undefined || last === undefined) return false;
  const [start, end] = [Number(from), Number(to)];
  const size = of === "*" ? undefined : Number(of);
  const length = headers["content-length"];
  if (end < start || (length !== undefined && Number(length) !== end - start + 1)) return false;
  if (size === undefined) {
    if (first === "") return end - start < Number(last);
    return start === Number(first) && (last === "" || end <= Number(last));
  }
  const endOfFile = size - 1;
  if (first === "") return start === Math.max(size - Number(last), 0) && end === endOfFile;
  return start === Number(first) && end === (last === "" ? endOfFile : Math.min(Number(last), endOfFile));
}
