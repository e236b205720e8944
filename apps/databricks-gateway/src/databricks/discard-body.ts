import type { Readable } from "node:stream";
import { readText } from "./read-text.ts";

const discardedBytesMax = 64 * 1024;

/**
 * Reads a body that nobody needs to its end, so that its connection can serve again, or gives the connection up when there
 * is more than 64 KiB of it. Never rejects: whatever breaks there does not matter.
 */
export async function discardBody(body: Readable): Promise<void> {
  await readText(body, discardedBytesMax).catch(() => undefined);
}

/** Gives up a body whose rest nobody needs, and its connection with it. */
export function abandonBody(body: Readable): void {
  body.on("error", () => {}).destroy();
}
