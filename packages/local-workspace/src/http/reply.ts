import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type Readable, Readable as ReadableStream } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import type { ApiError } from "./api-error.ts";

/** What a service replies. The bytes are sent in one place, so that a fault can cut or stall any reply. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | Readable;
}

/** Ends the body after `bytes`: `cut` destroys the socket, `stall` keeps it open and silent. */
export interface BodyLimit {
  bytes: number;
  end: "cut" | "stall";
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    status,
    headers: { "content-type": "application/json", "content-length": String(bytes.length), ...headers },
    body: bytes,
  };
}

export function empty(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers };
}

export function errorReply(error: ApiError): Reply {
  return json(error.body(), error.status, error.headers);
}

/** Closes what a reply that is not sent would have read. */
export function discardReply({ body }: Reply): void {
  if (body instanceof ReadableStream) body.destroy();
}

/** The reply with only the first `bytes` of its body, and a Content-Length that agrees. */
export function shortened(reply: Reply, bytes: number | undefined): Reply {
  if (bytes === undefined || !Buffer.isBuffer(reply.body)) return reply;
  const body = reply.body.subarray(0, bytes);
  return { ...reply, headers: { ...reply.headers, "content-length": String(body.length) }, body };
}

/** Resolves when the reply is sent or the client is gone. A body stream is always closed. */
export async function sendReply(res: ServerResponse, reply: Reply, limit?: BodyLimit): Promise<void> {
  if (res.destroyed) return discardReply(reply);
  res.writeHead(reply.status, { "x-request-id": randomUUID(), ...reply.headers });
  if (limit !== undefined) return sendLimited(res, reply.body ?? Buffer.alloc(0), limit);
  if (reply.body instanceof ReadableStream) return pipeline(reply.body, res);
  res.end(reply.body);
  if (!res.writableFinished && !res.destroyed) {
    await Promise.race([once(res, "finish"), once(res, "close")]).catch(() => {});
  }
}

async function sendLimited(res: ServerResponse, body: Buffer | Readable, limit: BodyLimit): Promise<void> {
  res.flushHeaders();
  await setImmediate();
  let left = limit.bytes;
  for await (const chunk of body instanceof ReadableStream ? body : [body]) {
    const part = (chunk as Buffer).subarray(0, left);
    if (part.length > 0) await new Promise((resolve) => res.write(part, resolve));
    left -= part.length;
    if (left <= 0 || res.destroyed) break;
  }
  // The empty write completes once everything before it has been handed to the kernel.
  await new Promise((resolve) => (res.socket === null ? resolve(null) : res.socket.write("", resolve)));
  if (limit.end === "cut") res.destroy();
  else if (!res.destroyed) await once(res, "close");
}
