import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const pieceBytes = 8 * 1024 * 1024;
const needleBytesMax = 1024;

/**
 * Which of `needles` stand in the writable memory of a process, as Latin-1 or UTF-16 (V8 has strings as either). Linux,
 * and only for a process that this one may trace: undefined where it may not.
 */
export function findInMemory(pid: number, needles: readonly string[]): string[] | undefined {
  const patterns = needles.flatMap((needle) => encodings(needle).map((bytes) => ({ needle, bytes })));
  // One search for what all have in common says of most memory that it has none of them.
  const beginnings = encodings(commonBeginning(needles));
  const memory = openOrUndefined(`/proc/${pid}/mem`);
  if (memory === undefined) return undefined;
  const found = new Set<string>();
  try {
    for (const [from, to] of writableRegions(pid)) {
      for (let at = from; at < to; at += pieceBytes) {
        const piece = readPiece(memory, at, Math.min(pieceBytes + needleBytesMax, to - at));
        if (!beginnings.some((beginning) => piece.includes(beginning))) continue;
        for (const { needle, bytes } of patterns) if (piece.includes(bytes)) found.add(needle);
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

function encodings(text: string): Buffer[] {
  return [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")];
}

function commonBeginning([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

function writableRegions(pid: number): [number, number][] {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, from = "", to = ""]) => [
    Number.parseInt(from, 16),
    Number.parseInt(to, 16),
  ]);
}

/** A region may be unmapped while it is looked at. */
function readPiece(memory: number, at: number, length: number): Buffer {
  const piece = Buffer.alloc(length);
  try {
    return piece.subarray(0, readSync(memory, piece, 0, length, at));
  } catch {
    return Buffer.alloc(0);
  }
}

function openOrUndefined(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch {
    return undefined;
  }
}
