import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ApiError } from "../http/api-error.ts";
import type { Workspace } from "../workspace.ts";
import { directoryInTheWay } from "./files-error.ts";
import { placeFile, requirePlaceable } from "./volume-folder.ts";
import type { VolumePlace } from "./volume-path.ts";

/**
 * Stores the body of a request as a file, once all of it is there. Creates missing parent directories: object storage
 * needs none, and databricks/cli relies on that.
 */
export async function storeFile(
  { folder, storage }: Workspace,
  req: IncomingMessage,
  at: VolumePlace,
  overwrite: boolean,
): Promise<void> {
  const bytesMax = storage.limits.putBytesMax;
  if (at.segments.length === 0) throw directoryInTheWay();
  if (Number(req.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  await requirePlaceable(at, overwrite);
  const temporary = join(folder.temporaryDir, randomUUID());
  try {
    // Opened before any byte is read: a stream that opens a file itself may still make it after it has been removed below.
    const file = await open(temporary, "wx", 0o600);
    // Fails if the client leaves or its bytes end early, so that nothing is placed. `flush` calls fsync before the close.
    await pipeline(atMost(req, bytesMax), file.createWriteStream({ flush: true }));
    await placeFile(temporary, at, overwrite);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The body, which stays readable after a failure: otherwise the client would get no reply. */
async function* atMost(req: IncomingMessage, bytesMax: number): AsyncGenerator<Buffer, void, void> {
  let bytes = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    yield chunk;
  }
}

/** That Databricks refuses it is known; its status and words are not (docs/databricks.md, "Files API"). */
function tooLarge(bytesMax: number): ApiError {
  return new ApiError(
    413,
    "BAD_REQUEST",
    `The file must not exceed ${bytesMax} bytes in one request. Upload it in parts.`,
  );
}
