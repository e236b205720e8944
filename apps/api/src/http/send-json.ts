import type { ServerResponse } from "node:http";
import type { Response } from "express";

/** Sends a whole JSON reply: bytes as they are, a value as its JSON. */
export function sendJson(res: Response, status: number, body: Buffer | object): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  res.status(status);
  res.setHeader("Content-Type", "application/json; charset=utf-8");
  res.setHeader("Content-Length", bytes.length);
  endInOneWrite(res, bytes);
}

/** Above this it costs more to make a string of the bytes than it saves to send them with the head. */
const oneWriteBytesMax = 16 * 1024;

/** Ends a reply with all of its body. A small one is sent together with its head in one system call. */
export function endInOneWrite(res: ServerResponse, body: Buffer): void {
  // Node joins head and body only if both are strings; in latin1 each byte is one character.
  if (body.length <= oneWriteBytesMax) res.end(body.toString("latin1"), "latin1");
  else res.end(body);
}
