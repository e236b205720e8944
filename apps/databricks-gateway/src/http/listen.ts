import { chmodSync } from "node:fs";
import { type AddressInfo, createServer, type ListenOptions, type Server } from "node:net";
import { ConfigError, type GatewayAddress } from "@front-door/service-runtime";
import type { FastifyInstance } from "fastify";
import { prepareSocket } from "./private-socket.ts";

/**
 * Listens on 127.0.0.1, on a private Unix socket, or on both, until `app` closes. Nothing else: whoever reaches the gateway
 * needs only the secret to act as its identity. Returns the addresses. Throws a {@link ConfigError} for one in use.
 */
export async function listen(app: FastifyInstance, { port, socketPath }: GatewayAddress): Promise<string[]> {
  const loopback = port === undefined ? undefined : { host: "127.0.0.1", port };
  if (socketPath === undefined) return loopback ? [await orInUse(port, app.listen(loopback))] : [];
  const mode = await prepareSocket(socketPath);
  const second = loopback && secondServer(app);
  const address = await app.listen({ path: socketPath });
  chmodSync(socketPath, mode);
  if (loopback === undefined || second === undefined) return [address];
  await orInUse(port, listening(second, loopback));
  return [address, `http://127.0.0.1:${(second.address() as AddressInfo).port}`];
}

/** A server whose connections `app` takes as its own, with all limits: Node's server listens on one address only. */
function secondServer(app: FastifyInstance): Server {
  // The options of Node's HTTP server.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    app.server.emit("connection", socket);
  });
  const closed = Promise.withResolvers<void>();
  app.addHook("preClose", async () => void server.close(() => closed.resolve()));
  app.addHook("onClose", () => closed.promise);
  return server;
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, resolve);
  });
}

async function orInUse<T>(port: number | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new ConfigError(`GATEWAY_PORT ${port} is in use: stop what listens there, or set another port`);
  }
}
