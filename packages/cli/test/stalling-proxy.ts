import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface StallingProxy {
  readonly url: string;
  /** Resolves when nothing passes any more. */
  readonly stalled: Promise<void>;
  close(): Promise<void>;
}

/** Passes bytes on to a port of this machine until so many have passed, all connections together. Then nothing moves. */
export async function startStallingProxy(port: number, bytes: number): Promise<StallingProxy> {
  const { promise: stalled, resolve: stall } = Promise.withResolvers<void>();
  const open = new Set<Socket>();
  let passed = 0;
  const server = createServer((caller) => {
    const upstream = connect(port, "127.0.0.1");
    const end = () => {
      caller.destroy();
      upstream.destroy();
    };
    for (const [from, to] of [
      [caller, upstream],
      [upstream, caller],
    ] as const) {
      open.add(from);
      from.on("error", end).on("close", () => {
        open.delete(from);
        end();
      });
      from.on("data", (chunk) => {
        passed += chunk.length;
        if (passed >= bytes) {
          stall();
          from.pause();
        } else if (!to.write(chunk)) {
          from.pause();
          to.once("drain", () => from.resume());
        }
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stalled,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
