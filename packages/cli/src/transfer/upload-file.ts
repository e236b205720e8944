import { openAsBlob } from "node:fs";
import type { FrontDoor, Progress } from "@front-door/api-client";

interface UploadJob {
  readonly from: string;
  readonly to: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/** Uploads a file: all of it or nothing. Fails if the file changes meanwhile. */
export async function uploadFile(
  client: FrontDoor,
  { from, to, overwrite, signal, onBytes }: UploadJob,
): Promise<void> {
  const body = await openAsBlob(from);
  const stored = await client.upload(to, body, { overwrite, signal, onProgress: countingOnce(onBytes) });
  if (stored.file_size !== body.size) {
    throw new Error(`${to}: ${stored.file_size} of ${body.size} bytes were stored.`);
  }
}

/** Tells of the bytes since the last time. An attempt that is repeated begins at 0 again, which takes back its first ones. */
function countingOnce(onBytes: (count: number) => void): (progress: Progress) => void {
  let reported = 0;
  return ({ loaded }) => {
    onBytes(loaded - reported);
    reported = loaded;
  };
}
