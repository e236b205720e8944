import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Writes a whole JSON reply to a connection whose request no HTTP server could parse, and closes it. */
export function replyOnSocket(
  socket: Duplex,
  status: number,
  reply: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(reply);
  const head = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    Connection: "close",
    ...headers,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const text = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n");
  socket.end(text, () => socket.destroy());
}
