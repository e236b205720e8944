import type { IncomingMessage, Server, ServerResponse } from "node:http";

/**
 * Once the returned function is called, every reply whose head is not sent yet is the last one on its connection
 * (`Connection: close`), so that nobody sends another request on a connection that is about to be closed.
 */
export function prepareToEndConnections(server: Server): () => void {
  const underWay = new Set<ServerResponse>();
  let isStopping = false;
  server.prependListener("request", (_request: IncomingMessage, reply: ServerResponse) => {
    if (isStopping) {
      reply.shouldKeepAlive = false;
      return;
    }
    underWay.add(reply);
    reply.once("close", () => underWay.delete(reply));
  });
  return () => {
    isStopping = true;
    for (const reply of underWay) reply.shouldKeepAlive = false;
  };
}
