import type { Readable } from "node:stream";
import { readText } from "./read-text.ts";

const discardedBytesMax = 64 * 1024;

/** Reads a body that nobody needs, so that its connection can be reused; closes it after 64 KiB. Never rejects. */
export async function discardBody(body: Readable): Promise<void> {
  await readText(body, discardedBytesMax).catch(() => undefined);
}

/** Drops the rest of a body, and its connection. */
export function abandonBody(body: Readable): void {
  body.on("error", () => {}).destroy();
}
