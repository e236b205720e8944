import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A forward proxy that leads every host to one port of this machine. */
export interface ConnectProxy {
  /** With the user and the password that it asks for. */
  readonly url: string;
  /** The targets of all CONNECT requests. */
  readonly targets: string[];
  /** Refuses every CONNECT request from now on. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const targets: string[] = [];
  let refusal: number | undefined;
  const credentials = `Basic ${Buffer.from("proxy-user:proxy p@ss").toString("base64")}`;
  const server = createServer((_request, response) => response.writeHead(405).end());
  const sockets = new Set<{ destroy(): void }>();
  server.on("connect", ({ url = "", headers }, client) => {
    sockets.add(client);
    client.on("error", () => undefined);
    const status = headers["proxy-authorization"] === credentials ? refusal : 407;
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    targets.push(url);
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://proxy-user:proxy%20p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    answerWith: (status) => {
      refusal = status;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
