import { hkdfSync } from "node:crypto";

/** A key of 32 bytes for one purpose, the same in every process with the same secret. It tells nothing of the other keys. */
export function derivedKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
}
