import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Download, FrontDoor } from "@front-door/api-client";
import { isPartOf, partName } from "./part-name.ts";

interface DownloadJob {
  readonly from: string;
  readonly to: string;
  /** The names of the parts in the folder of `to`. */
  readonly parts: readonly string[];
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/**
 * Downloads a file: all of it or nothing. What has arrived is in a part, a hidden file beside it, until it is whole. The next
 * attempt goes on there, unless the file in the workspace has another version by then: it removes the parts of other versions.
 */
export async function downloadFile(client: FrontDoor, job: DownloadJob): Promise<void> {
  const { from, to, signal } = job;
  const whole = await client.download(from, { signal });
  const { size, lastModified } = whole;
  const [folder, name] = [dirname(to), basename(to)];
  const part = join(folder, partName(ofFile(from, name), versionOf(whole)));
  for (const other of job.parts) {
    const path = join(folder, other);
    if (isPartOf(ofFile(from, name), other) && path !== part) await rm(path, { force: true });
  }
  const file = await open(part, constants.O_WRONLY | constants.O_CREAT | noFollow, 0o666);
  try {
    const rest = await restOf(client, job, whole, file);
    let at = rest.at;
    if (at > 0) job.onBytes(at);
    for await (const chunk of rest.bytes) {
      await writeAll(file, chunk, at);
      at += chunk.length;
      job.onBytes(chunk.length);
    }
    if (size !== undefined && at !== size) throw new Error(`${from}: ${at} of ${size} bytes arrived.`);
    await file.truncate(at);
    if (lastModified !== undefined) await file.utimes(lastModified, lastModified);
    await requireInPlace(file, part);
  } finally {
    await file.close();
  }
  await rename(part, to);
}

function ofFile(from: string, name: string): string {
  return JSON.stringify([from, name]);
}

// A link in the place of the part would lead elsewhere. Windows does not know the flag.
const noFollow = constants.O_NOFOLLOW ?? 0;

/** The bytes that the part does not have yet, and where they begin. */
async function restOf(client: FrontDoor, { from, signal }: DownloadJob, whole: Download, file: FileHandle) {
  const { size: have } = await file.stat();
  const isKnown = whole.size !== undefined && (whole.etag ?? whole.lastModified) !== undefined;
  if (have === 0 || !isKnown || have > (whole.size ?? 0)) return { at: 0, bytes: whole };
  await whole.cancel();
  if (have === whole.size) return { at: have, bytes: nothing() };
  const rest = await client.download(from, { start: have, signal });
  if (versionOf(rest, have) === versionOf(whole)) return { at: have, bytes: rest };
  await rest.cancel();
  throw new Error(`${from} has changed while it was read: download it again.`);
}

/** Throws, and removes what is at the path, if that is not the file that was written. */
async function requireInPlace(file: FileHandle, path: string): Promise<void> {
  const written = await file.stat({ bigint: true });
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found?.dev === written.dev && found.ino === written.ino && found.size === written.size) return;
  await rm(path, { force: true });
  throw new Error(`${path} was replaced while it was written: start the copy again.`);
}

/** Differs for each version of the file, and so keeps the parts of two versions apart. */
function versionOf({ etag, lastModified, size }: Download, before = 0): string {
  const total = size === undefined ? "" : size + before;
  return [etag ?? "", lastModified?.getTime() ?? "", total].join("\n");
}

async function writeAll(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
    done += bytesWritten;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // The part is whole already.
}
