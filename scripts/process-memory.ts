import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const pieceBytes = 1024 * 1024;
const needleBytesMax = 1024;
/** Of a page's entry in `pagemap`: the upper two of its bits say that it is in memory, and that it is swapped out. */
const entryBytes = 8;

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
  const pages = openSync(`/proc/${pid}/pagemap`, "r");
  const pageBytes = pageBytesOf(pid);
  const buffer = Buffer.alloc(pieceBytes + needleBytesMax);
  const found = new Set<string>();
  try {
    for (const [from, to] of writableRegions(pid)) {
      for (let at = from; at < to; at += pieceBytes) {
        if (!isUsed(pages, pageBytes, at, Math.min(at + pieceBytes, to))) continue;
        const piece = readPiece(memory, at, buffer.subarray(0, to - at));
        if (!beginnings.some((beginning) => piece.includes(beginning))) continue;
        for (const { needle, bytes } of patterns) if (piece.includes(bytes)) found.add(needle);
        if (found.size === needles.length) return needles.slice();
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
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

function pageBytesOf(pid: number): number {
  const smaps = readFileSync(`/proc/${pid}/smaps`, "utf8");
  return Number(/^KernelPageSize:\s+(\d+) kB$/m.exec(smaps)?.[1]) * 1024;
}

function writableRegions(pid: number): [number, number][] {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, from = "", to = ""]) => [
    Number.parseInt(from, 16),
    Number.parseInt(to, 16),
  ]);
}

/** Whether any page is in memory or swapped out: most of what V8 reserves for code is neither. See proc_pid_pagemap(5). */
function isUsed(pages: number, pageBytes: number, from: number, to: number): boolean {
  const entries = Buffer.alloc(Math.ceil((to - from) / pageBytes) * entryBytes);
  readSync(pages, entries, 0, entries.length, (from / pageBytes) * entryBytes);
  for (let at = 0; at < entries.length; at += entryBytes) if (entries.readUInt8(at + 7) >= 0x40) return true;
  return false;
}

/** What was read into `buffer`. A region may be unmapped while it is looked at. */
function readPiece(memory: number, at: number, buffer: Buffer): Buffer {
  try {
    return buffer.subarray(0, readSync(memory, buffer, 0, buffer.length, at));
  } catch {
    return buffer.subarray(0, 0);
  }
}

function openOrUndefined(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch {
    return undefined;
  }
}
