import type { Stats } from "node:fs";
import { type FileHandle, open, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

export interface RotatingFileOptions {
  readonly path: string;
  /** A line that would exceed it starts the next file. */
  readonly fileBytesMax: number;
  /** The current file and those before it: `<path>.1` is the youngest of these, and the oldest is deleted. */
  readonly filesMax: number;
  readonly onLost: (lines: number, error: NodeJS.ErrnoException) => void;
  /** The line that says how many lines are missing at this place. */
  readonly gapLine: (lines: number) => string;
}

interface Waiting {
  readonly bytes: Buffer;
  /** Settled when the line is on the disk, or lost. */
  readonly onDisk?: PromiseWithResolvers<void>;
}

/** For a slow disk: lines beyond this are lost rather than kept in memory. */
const waitingBytesMax = 64 * 1024 * 1024;
const batchBytesMax = 256 * 1024;
/** For the lines of a few operations. */
const roomBytesMin = 64 * 1024;
const newline = "\n".charCodeAt(0);

/**
 * Appends lines to a file of bounded size, in their order. No line is split between two files. Every line that is not
 * written as a whole is reported to `onLost`, once, and the next line that can be written comes after a gap line. A file
 * that was moved or deleted is made anew. Why no library: docs/decisions/0009-audit-file.md.
 */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #file: FileHandle | undefined;
  #stats: Stats | undefined;
  #fileBytes = 0;
  /** Lines that no gap line tells of yet. */
  #lost = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /** Writes the line in the background. */
  write(line: string): void {
    this.#add({ bytes: toBytes(line) });
  }

  /**
   * Resolves when the line is on the disk, where neither a SIGKILL nor a power cut loses it, and rejects if it cannot be.
   * Lines that wait at the same time share one sync.
   */
  append(line: string): Promise<void> {
    return this.#addAndWait(toBytes(line));
  }

  /** Rejects if a line could not be written now. Writes nothing itself, but the gap line if there is a gap. */
  check(): Promise<void> {
    return this.#addAndWait(Buffer.alloc(0));
  }

  /** Resolves when every line is written or lost. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#closeFile();
  }

  #addAndWait(bytes: Buffer): Promise<void> {
    const onDisk = Promise.withResolvers<void>();
    this.#add({ bytes, onDisk });
    return onDisk.promise;
  }

  #add(line: Waiting): void {
    if (this.#waitingBytes + line.bytes.length > waitingBytesMax) {
      return this.#lose([line], 1, Object.assign(new Error("the disk is too slow"), { code: "TOO_SLOW" }));
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.bytes.length;
    this.#writing ??= this.#writeAll();
  }

  #lose(lines: readonly Waiting[], count: number, error: NodeJS.ErrnoException): void {
    this.#lost += count;
    if (count > 0) this.#options.onLost(count, error);
    for (const { onDisk } of lines) onDisk?.reject(error);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch());
    this.#writing = undefined;
  }

  /** As many lines as fit into one file and one write, but at least one. */
  #takeBatch(): readonly Waiting[] {
    const bytesMax = Math.min(batchBytesMax, this.#options.fileBytesMax);
    let count = 0;
    let bytes = 0;
    for (const line of this.#waiting) {
      if (count > 0 && bytes + line.bytes.length > bytesMax) break;
      bytes += line.bytes.length;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #writeBatch(lines: readonly Waiting[]): Promise<void> {
    const awaited = lines.filter(({ onDisk }) => onDisk !== undefined);
    const missing = this.#lost;
    const gap = missing === 0 ? Buffer.alloc(0) : toBytes(this.#options.gapLine(missing));
    let rest = Buffer.concat([gap, ...lines.map(({ bytes }) => bytes)]);
    const afterGap = rest.length - gap.length;
    let isWritten = false;
    let tornBytes = 0;
    try {
      const file = await this.#fileWithRoom(rest.length);
      // Writing nothing also succeeds on a full disk.
      if (rest.length === 0) await this.#checkRoom();
      // A disk that fills up accepts part of a write; only the next write fails.
      while (rest.length > 0) {
        const { bytesWritten } = await file.write(rest);
        const written = rest.subarray(0, bytesWritten);
        const end = written.lastIndexOf(newline);
        tornBytes = end === -1 ? tornBytes + bytesWritten : bytesWritten - end - 1;
        this.#fileBytes += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
      this.#lost -= missing;
      isWritten = true;
      if (awaited.length > 0 && this.#stats?.isFile()) await file.datasync();
      for (const { onDisk } of awaited) onDisk?.resolve();
    } catch (error) {
      const hasGapLine = rest.length <= afterGap;
      if (hasGapLine && !isWritten) this.#lost -= missing;
      // A line that was not synced may be lost as well.
      const lost = isWritten ? Buffer.concat(awaited.map(({ bytes }) => bytes)) : rest;
      this.#lose(lines, countLines(lost) - (hasGapLine ? 0 : 1), error as NodeJS.ErrnoException);
      // Half a line is no JSON. If it cannot be taken back, a newline will end it.
      if (tornBytes > 0) await this.#file?.truncate(this.#fileBytes - tornBytes).catch(() => undefined);
      // The next line opens it again: the folder may be back by then.
      await this.#closeFile().catch(() => undefined);
    }
  }

  /** Throws ENOSPC if the disk is full. A file system that does not say how large it is counts as empty. */
  async #checkRoom(): Promise<void> {
    if (!this.#stats?.isFile()) return;
    const { blocks, bavail, bfree, bsize } = await statfs(this.#options.path);
    // A part of the disk may be left for root.
    const free = process.getuid?.() === 0 ? bfree : bavail;
    if (blocks > 0 && free * bsize < roomBytesMin) {
      throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    }
  }

  async #fileWithRoom(bytes: number): Promise<FileHandle> {
    if (this.#file !== undefined && !(await this.#isInPlace())) await this.#closeFile();
    const file = this.#file ?? (await this.#open());
    if (this.#fileBytes === 0 || this.#fileBytes + bytes <= this.#options.fileBytesMax) return file;
    await this.#closeFile();
    await this.#putAside();
    return this.#open();
  }

  /** Whether the open file is still the one at its path. Lines in a deleted file are lost when it is closed. */
  async #isInPlace(): Promise<boolean> {
    const found = await stat(this.#options.path).catch(() => undefined);
    return found?.ino === this.#stats?.ino && found?.dev === this.#stats?.dev;
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#options.path, "a+", 0o600);
    this.#file = file;
    this.#stats = await file.stat();
    this.#fileBytes = this.#stats.size;
    if (this.#fileBytes === 0) {
      if (this.#stats.isFile()) await syncFolder(dirname(this.#options.path));
      return file;
    }
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, this.#fileBytes - 1);
    // A crash or a full disk left half a line, which must not spoil the next one.
    if (buffer[0] !== newline) this.#fileBytes += (await file.write("\n")).bytesWritten;
    return file;
  }

  async #putAside(): Promise<void> {
    const { path, filesMax } = this.#options;
    for (let age = filesMax - 1; age >= 1; age--) {
      await rename(age === 1 ? path : `${path}.${age - 1}`, `${path}.${age}`).catch(unlessMissing);
    }
    if (filesMax === 1) await rm(path, { force: true });
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** A new file is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function toBytes(line: string): Buffer {
  return Buffer.from(`${line}\n`);
}

function countLines(bytes: Buffer): number {
  return bytes.reduce((count, byte) => (byte === newline ? count + 1 : count), 0);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
