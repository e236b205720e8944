import { close, fstat, open, read, rename, rm, write } from "node:fs";
import { promisify } from "node:util";

export interface RotatingFileOptions {
  readonly file: string;
  /** Open for reading and appending. */
  readonly descriptor: number;
  /** A line that would make the file larger begins the next one. */
  readonly fileBytesMax: number;
  /** The current one and those before it: `file.1` is the youngest, and the oldest is deleted. */
  readonly filesMax: number;
  readonly onLost: (lines: number, error: unknown) => void;
}

// What waits when the disk is slow; more than this is lost rather than kept in memory.
const waitingBytesMax = 64 * 1024 * 1024;
const batchBytesMax = 256 * 1024;
const newline = Buffer.from("\n");

const [closeFile, fstatFile, openFile] = [promisify(close), promisify(fstat), promisify(open)];
const [renameFile, removeFile, writeFile] = [promisify(rename), promisify(rm), promisify(write)];
const readFile = promisify(read);

/**
 * Appends lines to a file of bounded size, in the background and in their order. A line is never split between two
 * files. (No library: those that rotate by size write through a worker whose failures do not say which lines are lost.)
 */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #descriptor: number | undefined;
  #bytes: number | undefined;
  /** Known to end with the end of a line. */
  #isWhole = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
    this.#descriptor = options.descriptor;
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#waitingBytes + bytes.length > waitingBytesMax) {
      this.#options.onLost(1, Object.assign(new Error("the disk is too slow"), { code: "TOO_SLOW" }));
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#descriptor !== undefined) await closeFile(this.#descriptor);
    this.#descriptor = undefined;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = await this.#nextBatch().catch((error: unknown) => {
        this.#lose(this.#waiting.length, error);
        return [];
      });
      await this.#append(lines).catch((error: unknown) => this.#options.onLost(lines.length, error));
    }
  }

  /** As many lines as the file still takes, in a file that takes one at least. */
  async #nextBatch(): Promise<Buffer[]> {
    const first = this.#waiting[0]?.length ?? 0;
    if ((await this.#size()) > 0 && (await this.#size()) + first > this.#options.fileBytesMax)
      await this.#rotate();
    const room = Math.min(batchBytesMax, this.#options.fileBytesMax - (await this.#size()));
    let bytes = first;
    let count = 1;
    for (; count < this.#waiting.length; count++) {
      bytes += this.#waiting[count]?.length ?? 0;
      if (bytes > room) break;
    }
    return this.#take(count);
  }

  #take(count: number): Buffer[] {
    const lines = this.#waiting.splice(0, count);
    this.#waitingBytes -= lines.reduce((sum, line) => sum + line.length, 0);
    return lines;
  }

  #lose(count: number, error: unknown): void {
    this.#options.onLost(this.#take(count).length, error);
  }

  async #append(lines: readonly Buffer[]): Promise<void> {
    const descriptor = await this.#open();
    try {
      let rest: Buffer = Buffer.concat((await this.#endsInLine(descriptor)) ? [newline, ...lines] : lines);
      while (rest.length > 0) {
        const { bytesWritten } = await writeFile(descriptor, rest, 0, rest.length, null);
        this.#bytes = (this.#bytes ?? 0) + bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    } catch (error) {
      // Opened anew for the next line: the folder may have come back.
      this.#descriptor = undefined;
      this.#bytes = undefined;
      this.#isWhole = false;
      await closeFile(descriptor).catch(() => undefined);
      throw error;
    }
  }

  /** Whether a full disk or a crash has left the file with half a line, which must not spoil the next one. */
  async #endsInLine(descriptor: number): Promise<boolean> {
    if (this.#isWhole) return false;
    const { size } = await fstatFile(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0) await readFile(descriptor, last, 0, 1, size - 1);
    this.#isWhole = true;
    return size > 0 && !last.equals(newline);
  }

  async #open(): Promise<number> {
    this.#descriptor ??= await openFile(this.#options.file, "a+", 0o600);
    return this.#descriptor;
  }

  async #size(): Promise<number> {
    this.#bytes ??= (await fstatFile(await this.#open())).size;
    return this.#bytes;
  }

  async #rotate(): Promise<void> {
    const { file, filesMax } = this.#options;
    await closeFile(await this.#open());
    this.#descriptor = undefined;
    this.#bytes = undefined;
    for (let age = filesMax - 1; age >= 1; age--) {
      const from = age === 1 ? file : `${file}.${age - 1}`;
      await renameFile(from, `${file}.${age}`).catch(unlessMissing);
    }
    if (filesMax === 1) await removeFile(file, { force: true });
  }
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
