import { connect } from "node:net";
import type { buildConnector } from "undici";

/**
 * Connects as undici does to a plain origin, but gives up after exactly `timeoutMs`: undici's own connect timer counts
 * in steps of half a second and can be late by two of them. With `socketPath` it is that Unix socket, whatever the origin.
 */
export function loopbackConnector(timeoutMs: number, socketPath?: string): buildConnector.connector {
  return ({ hostname, port }, callback) => {
    const socket =
      socketPath === undefined
        ? connect({ host: hostname, port: Number(port), noDelay: true, keepAlive: true })
        : connect(socketPath);
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error(`no connection within ${timeoutMs} ms`), { code: "ETIMEDOUT" }));
    }, timeoutMs);
    const onError = (error: Error) => {
      clearTimeout(timer);
      callback(error, null);
    };
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(timer);
      callback(null, socket);
      // From here on undici listens.
      socket.off("error", onError);
    });
  };
}
