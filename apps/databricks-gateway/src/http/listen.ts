import { once } from "node:events";
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { ConfigError, type GatewayAddress } from "@front-door/service-runtime";
import type { FastifyInstance } from "fastify";
import { socketFolderRule, socketMode } from "../config/socket-folder.ts";

/**
 * Listens on 127.0.0.1, on a private Unix socket, or on both, until `app` closes: whoever reaches it needs only the secret
 * to act as the gateway's identity. Resolves to the addresses. Throws a {@link ConfigError} for one that cannot be used.
 */
export async function listen(app: FastifyInstance, { port, socketPath }: GatewayAddress): Promise<string[]> {
  const loopback = port === undefined ? undefined : { host: "127.0.0.1", port };
  try {
    if (socketPath === undefined) return loopback ? [await app.listen(loopback)] : [];
    const mode = await prepareSocket(socketPath);
    const second = loopback && secondServer(app);
    const address = await app.listen({ path: socketPath });
    chmodSync(socketPath, mode);
    if (second === undefined) return [address];
    await once(second.listen(loopback), "listening");
    return [address, `http://127.0.0.1:${(second.address() as AddressInfo).port}`];
  } catch (error) {
    const { code, port: failed } = error as NodeJS.ErrnoException & { readonly port?: number };
    if (code !== "EADDRINUSE" || failed !== port) throw error;
    throw new ConfigError(`GATEWAY_PORT ${port} is in use: stop what listens there, or set another port`);
  }
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

/**
 * Makes room for a Unix socket at `path` that no other user can reach or replace, and returns its mode. A socket that a
 * process left behind is deleted. Throws a {@link ConfigError} when the folder is open to others, when a process listens
 * there, or when the path is not a socket.
 */
async function prepareSocket(path: string): Promise<number> {
  const mode = socketMode(path);
  if (mode === undefined) throw new ConfigError(`GATEWAY_SOCKET ${path} ${socketFolderRule}`);
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present?.isSocket() === false) {
    throw new ConfigError(`GATEWAY_SOCKET ${path} is not a socket: delete it, or set another path`);
  }
  if (await accepts(path)) {
    throw new ConfigError(`GATEWAY_SOCKET ${path} is in use: stop what listens there, or set another path`);
  }
  rmSync(path, { force: true });
  return mode;
}

async function accepts(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
