import { rmSync } from "node:fs";
import type { Server as HttpServer } from "node:http";
import { Server } from "node:net";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** For connections that were made before the socket was removed, and wait to be accepted. */
const acceptMs = 10;
/** A little longer than the front door keeps an idle connection (packages/gateway-client). */
const leaveMsMax = 1_500;
const lookMs = 10;

/**
 * Lets `app` close without losing a request. First no new connection can be made; the front door waits for the next gateway.
 * Requests on open connections are still served, each the last one of its connection, until the front door has closed those
 * that are idle. A connection that is closed from here could have a request on its way.
 */
export function handOverOnClose(app: FastifyInstance): void {
  let connections = 0;
  app.server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  app.addHook("preClose", async () => {
    const address = app.server.address();
    // The path of a Unix socket.
    if (typeof address === "string") {
      rmSync(address, { force: true });
      await sleep(acceptMs);
      // The time can pass while the process waits for the CPU, before it has accepted them. It accepts before an immediate.
      await setImmediate();
    }
    stopListening(app.server);
    for (const end = performance.now() + leaveMsMax; performance.now() < end; await sleep(lookMs)) {
      if (connections === 0) return;
    }
  });
}

/** Node's HTTP server would close its idle connections too. */
function stopListening(server: HttpServer): void {
  Server.prototype.close.call(server);
}
