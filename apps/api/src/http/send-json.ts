import type { Response } from "express";
import { endInOneWrite } from "./end-in-one-write.ts";

/** Sends a whole JSON reply: bytes as they are, a value as its JSON. */
export function sendJson(res: Response, status: number, body: Buffer | object): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  res.status(status);
  res.setHeader("Content-Type", "application/json; charset=utf-8");
  res.setHeader("Content-Length", bytes.length);
  endInOneWrite(res, bytes);
}
