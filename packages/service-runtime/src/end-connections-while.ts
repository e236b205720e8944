import type { IncomingMessage, Server, ServerResponse } from "node:http";

/**
 * Makes every reply to a request that arrives while `isStopping` the last one on its connection (`Connection: close`), so that
 * nobody sends another request on a connection that is about to be closed.
 */
export function endConnectionsWhile(server: Server, isStopping: () => boolean): void {
  server.prependListener("request", (_request: IncomingMessage, reply: ServerResponse) => {
    if (isStopping()) reply.shouldKeepAlive = false;
  });
}
