import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { invalidParameter } from "../http/api-error.ts";
import { uploadIsEnding } from "./files-error.ts";
import { placeFile } from "./volume-folder.ts";
import type { VolumePath } from "./volume-path.ts";

/** Where the bytes of a part are on disk. */
interface Spot {
  file: string;
  offset: number;
}

interface StoredPart extends Spot {
  etag: string;
  bytes: number;
}

export interface ListedPart {
  part_number: number;
  etag: string;
}

interface UploadOptions {
  /** Who begins it: nobody else can use it. */
  principal: string;
  target: VolumePath;
  overwrite: boolean;
  /** A folder on the same disk as the target. */
  temporaryDir: string;
  partBytesMin: number;
}

/**
 * An upload by parts, in a folder of its own. Parts come in any order, at the same time, and again. They are written to
 * their place in one file, which becomes the uploaded file without a copy. What has no place there is copied at the end.
 */
export class MultipartUpload {
  readonly id = randomUUID();
  readonly options: UploadOptions;
  readonly #dir: string;
  /** Part n begins at (n - 1) × {@link #step} in it. */
  readonly #whole: string;
  /** The size of the part that began first; a larger part has no place. */
  #step: number | undefined;
  /** The parts whose place is taken. One that comes again goes elsewhere, so that it harms nothing if it breaks off. */
  readonly #taken = new Set<number>();
  readonly #parts = new Map<number, StoredPart>();
  readonly #running = new Set<Promise<unknown>>();
  #end = new AbortController();

  private constructor(options: UploadOptions) {
    this.options = options;
    this.#dir = join(options.temporaryDir, `upload-${this.id}`);
    this.#whole = join(this.#dir, "whole");
  }

  static async begin(options: UploadOptions): Promise<MultipartUpload> {
    const upload = new MultipartUpload(options);
    await mkdir(upload.#dir, { mode: 0o700 });
    await (await open(upload.#whole, "wx", 0o600)).close();
    return upload;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Stores a part of this many bytes durably, in place of an earlier one of its number. Returns its ETag. */
  put(number: number, body: Readable, bytes: number): Promise<string> {
    if (this.#end.signal.aborted) throw uploadIsEnding();
    return this.#tracked(this.#write(number, body, bytes));
  }

  /**
   * Places the file that these parts make. Throws 400 if they are not all stored, in ascending order and large enough, and
   * 409 if a file is there that must not be overwritten; the parts are kept then.
   */
  async complete(listed: readonly ListedPart[]): Promise<void> {
    if (this.#end.signal.aborted) throw uploadIsEnding();
    const parts = this.#listedParts(listed);
    // A write whose client has given up could go on in the finished file.
    await this.#settle();
    try {
      await this.#tracked(this.#place(parts));
    } catch (error) {
      this.#end = new AbortController();
      throw error;
    }
  }

  /** Removes everything. */
  async discard(): Promise<void> {
    await this.#settle();
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** Breaks off the parts that are being written, and waits for what must not be broken off. */
  async #settle(): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#running);
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  }

  async #place(parts: readonly StoredPart[]): Promise<void> {
    await placeFile(await this.#assemble(parts), this.options.target, this.options.overwrite);
  }

  async #write(number: number, body: Readable, bytes: number): Promise<string> {
    const spot = this.#spotFor(number, bytes);
    const hash = createHash("md5");
    try {
      const file = await open(spot.file, spot.file === this.#whole ? "r+" : "wx", 0o600);
      try {
        await pipeline(body, hashed(hash), writer(file, spot.offset), { signal: this.#end.signal });
        await file.datasync();
      } finally {
        // Waits for the write under way: nothing is written to the place of a part that has failed.
        await file.close();
      }
    } catch (error) {
      await this.#forget(number, spot);
      throw error;
    }
    const earlier = this.#parts.get(number);
    const etag = `"${hash.digest("hex")}"`;
    this.#parts.set(number, { ...spot, etag, bytes });
    // Its place in the whole file stays taken.
    if (earlier !== undefined && earlier.file !== this.#whole) await rm(earlier.file, { force: true });
    return etag;
  }

  #spotFor(number: number, bytes: number): Spot {
    this.#step ??= bytes;
    if (bytes > this.#step || this.#taken.has(number))
      return { file: join(this.#dir, randomUUID()), offset: 0 };
    this.#taken.add(number);
    return { file: this.#whole, offset: (number - 1) * this.#step };
  }

  async #forget(number: number, spot: Spot): Promise<void> {
    if (spot.file === this.#whole) this.#taken.delete(number);
    else await rm(spot.file, { force: true });
  }

  #listedParts(listed: readonly ListedPart[]): StoredPart[] {
    if (listed.length === 0) throw invalidParameter("parts must name at least one part.");
    return listed.map(({ part_number: number, etag }, at) => {
      const part = this.#parts.get(number);
      if (part === undefined || unquoted(part.etag) !== unquoted(etag)) {
        throw invalidParameter(`Part ${number} with the ETag ${etag} was not uploaded.`);
      }
      if (number <= (listed[at - 1]?.part_number ?? 0)) {
        throw invalidParameter("parts must be in ascending order of part_number.");
      }
      const { partBytesMin } = this.options;
      if (part.bytes < partBytesMin && at < listed.length - 1) {
        const problem = `has ${part.bytes} bytes: every part but the last needs at least ${partBytesMin}`;
        throw invalidParameter(`Part ${number} ${problem}.`);
      }
      return part;
    });
  }

  /** The path of a file of exactly these parts. */
  async #assemble(parts: readonly StoredPart[]): Promise<string> {
    const ends: number[] = [];
    for (const { bytes } of parts) ends.push((ends.at(-1) ?? 0) + bytes);
    const startOf = (at: number) => ends[at - 1] ?? 0;
    const isInPlace = parts.every(({ file, offset }, at) => file !== this.#whole || offset === startOf(at));
    const path = isInPlace ? this.#whole : join(this.#dir, randomUUID());
    const target = await open(path, isInPlace ? "r+" : "wx", 0o600);
    try {
      for (const [at, part] of parts.entries()) {
        if (part.file !== path) await moveInto(target, path, part, startOf(at), this.#whole);
      }
      await target.truncate(ends.at(-1));
      await target.sync();
    } finally {
      await target.close();
    }
    return path;
  }
}

/** Copies a part to its place in the target, so that the disk needs room for one part more at a time. */
async function moveInto(
  target: FileHandle,
  path: string,
  part: StoredPart,
  offset: number,
  shared: string,
): Promise<void> {
  const { file, bytes } = part;
  if (bytes > 0) {
    const end = part.offset + bytes - 1;
    await pipeline(createReadStream(file, { start: part.offset, end }), writer(target, offset));
  }
  Object.assign(part, { file: path, offset });
  if (file !== shared) await rm(file);
}

/** Writes to an open file from here on. */
function writer(file: FileHandle, start: number) {
  return async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    let at = start;
    for await (const piece of pieces) {
      for (let done = 0; done < piece.length; ) {
        const { bytesWritten } = await file.write(piece, done, piece.length - done, at);
        done += bytesWritten;
        at += bytesWritten;
      }
    }
  };
}

function hashed(hash: ReturnType<typeof createHash>) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, "$1");
}
