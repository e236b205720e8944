import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CuttingProxy {
  readonly url: string;
  /** How many connections there were. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** Passes bytes on to a port of this machine, and destroys the n-th connection after so many bytes of replies. */
export async function startCuttingProxy(
  port: number,
  cutAfterBytes: readonly number[],
): Promise<CuttingProxy> {
  let count = 0;
  const open = new Set<Socket>();
  const server = createServer((caller) => {
    const limit = cutAfterBytes[count++] ?? Infinity;
    const upstream = connect(port, "127.0.0.1");
    let passed = 0;
    const end = () => {
      caller.destroy();
      upstream.destroy();
    };
    for (const socket of [caller, upstream]) {
      open.add(socket);
      socket.on("error", end).on("close", () => {
        open.delete(socket);
        end();
      });
    }
    caller.on("data", (chunk) => upstream.write(chunk));
    upstream.on("data", (chunk) => {
      const rest = chunk.subarray(0, limit - passed);
      passed += rest.length;
      if (passed < limit) caller.write(rest);
      else caller.write(rest, () => caller.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
