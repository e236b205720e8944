import type { IncomingMessage, ServerResponse } from "node:http";
import type { Limits } from "../settings/limits.ts";
import { endInOneWrite } from "./send-json.ts";

/**
 * Sends a whole reply. If the request's body was not read, the connection closes afterwards: Node would otherwise read all
 * of it to find the next request. The close waits a moment, because closing while bytes still arrive resets the connection,
 * and the caller can lose the reply.
 */
export function sendAndClose(
  req: IncomingMessage,
  res: ServerResponse,
  reply: Buffer,
  { unreadBodyBytesMax, unreadBodyLingerMs }: Limits,
): void {
  if (!hasUnreadBody(req)) {
    endInOneWrite(res, reply);
    return;
  }
  res.setHeader("Connection", "close");
  res.write(reply);
  let discarded = 0;
  const finish = () => {
    clearTimeout(timer);
    req.off("data", discard);
    res.end();
  };
  const discard = (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > unreadBodyBytesMax) req.pause();
  };
  const timer = setTimeout(finish, unreadBodyLingerMs);
  req.on("data", discard);
  req.once("end", finish);
  req.once("close", finish);
  req.once("error", finish);
  req.resume();
}

function hasUnreadBody(req: IncomingMessage): boolean {
  if (req.complete || req.destroyed) return false;
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > 0;
}
