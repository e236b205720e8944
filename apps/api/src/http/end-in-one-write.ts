import type { ServerResponse } from "node:http";

/** Above this it costs more to make a string of the bytes than it saves to send them with the head. */
const oneWriteBytesMax = 16 * 1024;

/** Ends a reply with all of its body: a small one by one system call with its head. */
export function endInOneWrite(res: ServerResponse, body: Buffer): void {
  // Node joins head and body only when both are strings; in latin1 each byte is one character, and none is changed.
  if (body.length <= oneWriteBytesMax) res.end(body.toString("latin1"), "latin1");
  else res.end(body);
}
