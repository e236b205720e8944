import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { FileToStore } from "./file-to-store.ts";
import { putFile } from "./put-file.ts";
import { putInParts } from "./put-in-parts.ts";

/**
 * Stores the content as a file, all of it or nothing, at constant memory: by one PUT, or in parts if it is larger than one
 * takes. A failure is `surelyNotRun` if nothing was stored.
 */
export async function storeFile(file: FileToStore, signal: AbortSignal): Promise<void> {
  const { contentLength = 0 } = file.content;
  if (contentLength > getWorkspaceClient().putBytesMax) await putInParts(file, contentLength, signal);
  else await putFile(file, signal);
}
