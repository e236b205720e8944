import { hash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { decide } from "@front-door/operations";
import type { Response } from "express";
import { compressAndSend, encodingFor, variesByEncoding } from "./compress.ts";

/** Sends a whole JSON reply: bytes as they are, a value as its JSON. A GET has an ETag, and 304 if the caller's copy is current. */
export function sendJson(res: Response, status: number, body: Buffer | object): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const varies = variesByEncoding(res, bytes);
  if (isReading(res) && status === 200) {
    // A cache asks each time, and only the caller's own may keep it.
    res.setHeader("Cache-Control", "private, no-cache");
    if (sendNotModified(res, etagOf(bytes))) return;
  }
  res.status(status);
  res.setHeader("Content-Type", "application/json; charset=utf-8");
  const encoding = varies ? encodingFor(res) : undefined;
  if (encoding !== undefined) {
    void compressAndSend(res, bytes, encoding);
    return;
  }
  res.setHeader("Content-Length", bytes.length);
  endInOneWrite(res, bytes);
}

function isReading({ req }: Response): boolean {
  return req.method === "GET" || req.method === "HEAD";
}

/** The ETag of a reply with these bytes. It is weak because their encoded forms share it. */
export function etagOf(bytes: Buffer): string {
  return `W/"${hash("sha1", bytes, "base64url")}"`;
}

/** Gives the reply its ETag. Sends 304 and returns true if that is the ETag of the caller's copy. */
export function sendNotModified(res: Response, etag: string): boolean {
  res.setHeader("ETag", etag);
  const { "if-none-match": if_none_match } = res.req.headers;
  if (if_none_match === undefined || decide({ if_none_match }, { etag }) !== "not modified") return false;
  res.status(304).end();
  return true;
}

/** Above this it costs more to make a string of the bytes than it saves to send them with the head. */
const oneWriteBytesMax = 16 * 1024;

/** Ends a reply with all of its body. A small one is sent together with its head in one system call. */
export function endInOneWrite(res: ServerResponse, body: Buffer): void {
  // Node joins head and body only if both are strings; in latin1 each byte is one character.
  if (body.length <= oneWriteBytesMax) res.end(body.toString("latin1"), "latin1");
  else res.end(body);
}
