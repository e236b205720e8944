import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { schemaMessage } from "@front-door/sql-engine";
import type { Schema } from "apache-arrow";

export interface Chunk {
  index: number;
  rowOffset: number;
  rows: number;
  bytes: number;
}

/** The bytes at the start and end of each chunk's file, and between its parts. */
export interface Framing {
  start: Uint8Array | string;
  between: string;
  end: Uint8Array | string;
}

/** Each chunk is an Arrow stream of its own. */
export function arrowFraming(schema: Schema): Framing {
  return { start: schemaMessage(schema), between: "", end: ARROW_END };
}

const ARROW_END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** A result on disk, in chunks that can each be read alone. */
export class ResultChunks {
  readonly chunks: Chunk[] = [];
  readonly #dir: string;
  readonly #framing: Framing;
  readonly #chunkBytes: number;
  #file: FileHandle | undefined;

  /** A chunk ends when it has `chunkBytes`. */
  constructor(dir: string, framing: Framing, chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#dir = dir;
    this.#framing = framing;
  }

  get rows(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  }

  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  async add(part: Uint8Array | string, rows: number): Promise<void> {
    let chunk = this.chunks.at(-1);
    if (this.#file === undefined || chunk === undefined) chunk = await this.#begin();
    else await this.#write(chunk, this.#framing.between);
    await this.#write(chunk, part);
    chunk.rows += rows;
    if (chunk.bytes >= this.#chunkBytes) await this.finish();
  }

  /** Completes the last chunk. */
  async finish(): Promise<void> {
    const chunk = this.chunks.at(-1);
    if (this.#file === undefined || chunk === undefined) return;
    await this.#write(chunk, this.#framing.end);
    await this.#file.close();
    this.#file = undefined;
  }

  read(index: number): Promise<Buffer> {
    return readFile(this.#path(index));
  }

  stream(index: number): Readable {
    return createReadStream(this.#path(index));
  }

  async remove(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #begin(): Promise<Chunk> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const chunk = { index: this.chunks.length, rowOffset: this.rows, rows: 0, bytes: 0 };
    this.#file = await open(this.#path(chunk.index), "wx", 0o600);
    this.chunks.push(chunk);
    await this.#write(chunk, this.#framing.start);
    return chunk;
  }

  async #write(chunk: Chunk, bytes: Uint8Array | string): Promise<void> {
    const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    await this.#file?.writev([buffer]);
    chunk.bytes += buffer.length;
  }

  #path(index: number): string {
    return join(this.#dir, String(index));
  }
}
