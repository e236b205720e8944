import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Tells of each connection of the server whether a reply is under way on it, so that nothing else may be written: one that
 * has begun, or one to a request that has arrived whole. What Node's parser refuses then came behind that request.
 */
export function repliesUnderWay(server: Server): (socket: Socket) => boolean {
  const latest = new WeakMap<Socket, { readonly request: IncomingMessage; readonly reply: ServerResponse }>();
  server.prependListener("request", (request: IncomingMessage, reply: ServerResponse) => {
    latest.set(request.socket, { request, reply });
  });
  return (socket) => {
    const last = latest.get(socket);
    if (last === undefined || last.reply.writableFinished) return false;
    return last.reply.headersSent || last.request.complete;
  };
}
