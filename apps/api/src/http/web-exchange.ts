import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { passOnBody } from "./pass-on-body.ts";
import { sendJson } from "./send-json.ts";

/**
 * The head of the request for a library that takes the web's own `Request`. It has the named headers alone, so no credential, and no
 * body: that was read and checked here.
 */
export function webRequest(req: ExpressRequest, names: readonly string[], signal: AbortSignal): Request {
  const headers = names.flatMap((name) => {
    const value = req.headers[name];
    return typeof value === "string" ? [[name, value] as [string, string]] : [];
  });
  return new Request(`http://localhost${req.path}`, { method: req.method, headers, signal });
}

/** Sends what such a library replies: JSON at once, and events as they come. */
export async function sendWebResponse(
  res: ExpressResponse,
  reply: Response,
  idleTimeoutMs: number,
): Promise<void> {
  const type = reply.headers.get("content-type");
  if (reply.body === null) {
    res.status(reply.status).end();
    return;
  }
  if (type?.startsWith("application/json") === true) {
    sendJson(res, reply.status, Buffer.from(await reply.arrayBuffer()));
    return;
  }
  res.status(reply.status);
  if (type !== null) res.setHeader("Content-Type", type);
  // nginx would collect events until they fill a buffer.
  res.setHeader("X-Accel-Buffering", "no");
  // The web's streams have two types: the library's is that of browsers.
  const body = Readable.fromWeb(reply.body as ReadableStream<Uint8Array>);
  await passOnBody(res, body, idleTimeoutMs);
}
