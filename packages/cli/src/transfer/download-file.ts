import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import type { Download, FrontDoor } from "@front-door/api-client";

interface DownloadJob {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/**
 * Downloads a file: all of it or nothing. What has arrived is in `<name>.<version>.part` until it is whole, and the next
 * attempt goes on there, unless the file in the workspace has another version by then.
 */
export async function downloadFile(client: FrontDoor, job: DownloadJob): Promise<void> {
  const { from, to, signal } = job;
  const whole = await client.download(from, { signal });
  const { size, lastModified } = whole;
  const part = `${to}.${versionOf(whole)}.part`;
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
  } finally {
    await file.close();
  }
  await rename(part, to);
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

/** Differs for each version of the file, and so keeps the parts of two versions apart. */
function versionOf({ etag, lastModified, size }: Download, before = 0): string {
  const total = size === undefined ? "" : size + before;
  const facts = [etag ?? "", lastModified?.getTime() ?? "", total].join("\n");
  return createHash("sha256").update(facts).digest("hex").slice(0, 12);
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
