import { hash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { decide } from "@front-door/operations";
import type { Response } from "express";
import { sendCompressed } from "./compress.ts";

/** Sends a whole JSON reply: bytes as they are, a value as its JSON. A GET has an ETag, and 304 if the caller's copy is current. */
export function sendJson(res: Response, status: number, body: Buffer | object): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  sendText(res, status, bytes, "application/json; charset=utf-8");
}

/** Sends a whole reply of any type that compresses well, as {@link sendJson} does. */
export function sendText(res: Response, status: number, bytes: Buffer, type: string): void {
  if (isReading(res) && status === 200 && isCurrent(res, bytes)) {
    res.status(304).end();
    return;
  }
  res.status(status);
  res.setHeader("Content-Type", type);
  if (sendCompressed(res, bytes)) return;
  res.setHeader("Content-Length", bytes.length);
  endInOneWrite(res, bytes);
}

function isReading({ req }: Response): boolean {
  return req.method === "GET" || req.method === "HEAD";
}

/** Gives the reply its ETag, which is weak because the encoded forms share it, and compares it with the caller's. */
function isCurrent(res: Response, bytes: Buffer): boolean {
  const etag = `W/"${hash("sha1", bytes, "base64url")}"`;
  res.setHeader("ETag", etag);
  // A cache asks each time, and only the caller's own may keep it.
  if (res.getHeader("Cache-Control") === "no-store") res.setHeader("Cache-Control", "private, no-cache");
  const { "if-none-match": if_none_match } = res.req.headers;
  return if_none_match !== undefined && decide({ if_none_match }, { etag }) === "not modified";
}

/** Above this it costs more to make a string of the bytes than it saves to send them with the head. */
const oneWriteBytesMax = 16 * 1024;

/** Ends a reply with all of its body. A small one is sent together with its head in one system call. */
export function endInOneWrite(res: ServerResponse, body: Buffer): void {
  // Node joins head and body only if both are strings; in latin1 each byte is one character.
  if (body.length <= oneWriteBytesMax) res.end(body.toString("latin1"), "latin1");
  else res.end(body);
}
