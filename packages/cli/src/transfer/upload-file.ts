import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { FrontDoor, Progress } from "@front-door/api-client";

interface UploadJob {
  readonly from: string;
  readonly to: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/** Uploads a file: all of it or nothing. Fails if the file changes meanwhile. */
export async function uploadFile(client: FrontDoor, job: UploadJob): Promise<void> {
  const { from, to, overwrite, signal, onBytes } = job;
  const file = await open(from);
  try {
    const before = await file.stat();
    const body = new FileBody(from, before.size);
    const stored = await client.upload(to, body, { overwrite, signal, onProgress: countingOnce(onBytes) });
    const isSame = stored.file_size === before.size && (await changeOf(file)) === before.mtimeMs;
    if (!isSame) throw new Error(`${from} has changed while it was read: upload it again with --overwrite.`);
  } finally {
    await file.close();
  }
}

async function changeOf(file: FileHandle): Promise<number> {
  return (await file.stat()).mtimeMs;
}

/** A file as the body of an upload, which can be sent again. The Blob of `fs.openAsBlob` keeps all that was read in memory. */
class FileBody extends Blob {
  readonly #path: string;

  constructor(path: string, size: number) {
    super([]);
    this.#path = path;
    Object.defineProperty(this, "size", { value: size });
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    // What is appended meanwhile is no part of it; without a byte `end` would be before the first one.
    const bytes = this.size === 0 ? [] : createReadStream(this.#path, { end: this.size - 1 });
    return ReadableStream.from(bytes as AsyncIterable<Uint8Array<ArrayBuffer>>);
  }
}

/** Tells of the bytes since the last time. An attempt that is repeated begins at 0 again, which takes back its first ones. */
export function countingOnce(onBytes: (count: number) => void): (progress: Progress) => void {
  let reported = 0;
  return ({ loaded }) => {
    onBytes(loaded - reported);
    reported = loaded;
  };
}
