import { once } from "node:events";
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { ConfigError, codeOf, type GatewayAddress } from "@front-door/service-runtime";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { socketFolderRule, socketMode } from "../config/socket-folder.ts";
import { handOverOnClose } from "./hand-over.ts";

const host = "127.0.0.1";
const portRetryMs = 5_000;

/**
 * Listens on 127.0.0.1, on a private Unix socket, or on both, until `app` closes: whoever reaches it needs only the secret
 * to act as the gateway's identity. Resolves to the addresses. Throws a {@link ConfigError} for one that cannot be used.
 * Beside a socket, a port that cannot be opened is only a warning, or else a stranger who takes it could stop the product.
 */
export async function listen(
  app: FastifyInstance,
  { port, socketPath }: GatewayAddress,
  logger: Pick<FastifyBaseLogger, "info" | "warn">,
): Promise<string[]> {
  const openPort = socketPath === undefined || port === undefined ? undefined : portBeside(app, port, logger);
  handOverOnClose(app);
  if (socketPath === undefined) return port === undefined ? [] : [await listenOnPort(app, port)];
  const mode = await prepareSocket(socketPath);
  const address = await app.listen({ path: socketPath });
  chmodSync(socketPath, mode);
  const second = await openPort?.();
  return second === undefined ? [address] : [address, second];
}

async function listenOnPort(app: FastifyInstance, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    throw new ConfigError(`GATEWAY_PORT ${port} is in use: stop what listens there, or set another port`);
  }
}

/**
 * Prepares a port whose connections `app` takes as its own, with all limits: Node's server listens on one address only.
 * The result opens it and resolves to its address, or to undefined if that has to be tried again later.
 */
function portBeside(
  app: FastifyInstance,
  port: number,
  logger: Parameters<typeof listen>[2],
): () => Promise<string | undefined> {
  // The options of Node's HTTP server.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    app.server.emit("connection", socket);
  });
  const closed = Promise.withResolvers<void>();
  let retry: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    clearInterval(retry);
    server.close(() => closed.resolve());
  });
  app.addHook("onClose", () => closed.promise);

  async function open(): Promise<string> {
    await once(server.listen({ host, port }), "listening");
    return `http://${host}:${(server.address() as AddressInfo).port}`;
  }

  async function openAgain(): Promise<void> {
    const address = await open().catch(() => undefined);
    if (address === undefined) return;
    clearInterval(retry);
    logger.info({ addresses: [address] }, "listening");
  }

  return async () => {
    try {
      return await open();
    } catch (error) {
      const problem = codeOf(error) === "EADDRINUSE" ? "is in use" : `cannot be opened (${codeOf(error)})`;
      logger.warn(
        `GATEWAY_PORT ${port} ${problem}: until it is free, only GATEWAY_SOCKET serves. Trying again every ${portRetryMs / 1_000} s`,
      );
      retry = setInterval(() => void openAgain(), portRetryMs);
      return undefined;
    }
  };
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
  if (await isListening(path)) {
    throw new ConfigError(`GATEWAY_SOCKET ${path} is in use: stop what listens there, or set another path`);
  }
  rmSync(path, { force: true });
  return mode;
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    // Any other error, such as that of a full queue (EAGAIN), comes from a process that listens.
    return !["ECONNREFUSED", "ENOENT"].includes(codeOf(error));
  } finally {
    socket.destroy();
  }
}
