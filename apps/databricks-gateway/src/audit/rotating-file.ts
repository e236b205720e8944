import { type FileHandle, open, rename, rm } from "node:fs/promises";

export interface RotatingFileOptions {
  readonly path: string;
  /** A line that would exceed it starts the next file. */
  readonly fileBytesMax: number;
  /** The current file and those before it: `<path>.1` is the youngest of these, and the oldest is deleted. */
  readonly filesMax: number;
  readonly onLost: (lines: number, error: NodeJS.ErrnoException) => void;
}

/** For a slow disk: lines beyond this are lost rather than kept in memory. */
const waitingBytesMax = 64 * 1024 * 1024;
const batchBytesMax = 256 * 1024;
const newline = "\n".charCodeAt(0);

/**
 * Appends lines to a file of bounded size, in their order and in the background. No line is split between two files, and
 * every line that is not written as a whole is reported to `onLost`, once. Why no library: docs/decisions/0009-audit-file.md.
 */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#waitingBytes + bytes.length > waitingBytesMax) {
      this.#options.onLost(1, Object.assign(new Error("the disk is too slow"), { code: "TOO_SLOW" }));
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when every line is written or lost. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#closeFile();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch());
    this.#writing = undefined;
  }

  /** As many lines as fit into one file and one write, but at least one. */
  #takeBatch(): Buffer {
    const bytesMax = Math.min(batchBytesMax, this.#options.fileBytesMax);
    let count = 0;
    let bytes = 0;
    for (const line of this.#waiting) {
      bytes += line.length;
      if (count > 0 && bytes > bytesMax) break;
      count += 1;
    }
    const batch = Buffer.concat(this.#waiting.splice(0, count));
    this.#waitingBytes -= batch.length;
    return batch;
  }

  async #writeBatch(batch: Buffer): Promise<void> {
    let rest = batch;
    try {
      const file = await this.#fileWithRoom(batch.length);
      // A disk that fills up accepts part of a write; only the next write fails.
      while (rest.length > 0) {
        const { bytesWritten } = await file.write(rest);
        this.#fileBytes += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    } catch (error) {
      this.#options.onLost(countLines(rest), error as NodeJS.ErrnoException);
      // The next line opens it again: the folder may be back by then.
      await this.#closeFile().catch(() => undefined);
    }
  }

  async #fileWithRoom(bytes: number): Promise<FileHandle> {
    const file = this.#file ?? (await this.#open());
    if (this.#fileBytes === 0 || this.#fileBytes + bytes <= this.#options.fileBytesMax) return file;
    await this.#closeFile();
    await this.#putAside();
    return this.#open();
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#options.path, "a+", 0o600);
    this.#file = file;
    this.#fileBytes = (await file.stat()).size;
    if (this.#fileBytes === 0) return file;
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

function countLines(bytes: Buffer): number {
  return bytes.reduce((count, byte) => (byte === newline ? count + 1 : count), 0);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
