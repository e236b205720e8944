import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

/**
 * When the gateway closes, requests that run end normally and take their connections with them: kept alive, an idle one
 * would hold the close for as long as its client likes.
 */
export function addGracefulClose(app: FastifyInstance): void {
  const running = new Set<ServerResponse>();
  let closing = false;
  app.addHook("onRequest", (_request, reply, done) => {
    running.add(reply.raw);
    reply.raw.once("close", () => running.delete(reply.raw));
    if (closing) endConnectionWith(reply.raw);
    done();
  });
  app.addHook("preClose", async () => {
    closing = true;
    for (const reply of running) endConnectionWith(reply);
  });
}

function endConnectionWith(reply: ServerResponse): void {
  if (!reply.headersSent) {
    reply.shouldKeepAlive = false;
    return;
  }
  const { socket } = reply;
  reply.once("finish", () => socket?.end());
}
