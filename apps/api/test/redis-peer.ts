import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface RedisPeer {
  readonly port: number;
  /** The commands that arrived. */
  readonly commands: string[][];
  /** Accept commands but answer none. */
  hangs: boolean;
  close(): void;
}

/**
 * The part of Redis that counting needs, over a socket: `EVAL` of any script counts its key. It tests the client's
 * connection and its failures; with a `redis-server` on the PATH, one test runs on the real one too.
 */
export async function startRedisPeer(port = 0): Promise<RedisPeer> {
  const hits = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let unread = "";
    socket.on("data", (chunk) => {
      unread += chunk.toString("latin1");
      for (let next = readCommand(unread); next; next = readCommand(unread)) {
        unread = unread.slice(next.length);
        peer.commands.push(next.words);
        if (!peer.hangs) socket.write(reply(next.words, hits));
      }
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const peer: RedisPeer = {
    port: (server.address() as AddressInfo).port,
    commands: [],
    hangs: false,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return peer;
}

function reply([name, , , key = ""]: readonly string[], hits: Map<string, number>): string {
  if (name !== "EVAL") return "+OK\r\n";
  hits.set(key, (hits.get(key) ?? 0) + 1);
  return `*2\r\n:${hits.get(key)}\r\n:60000\r\n`;
}

/** The first command, an array of bulk strings, once all of it has arrived. */
function readCommand(text: string): { words: string[]; length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (!head) return undefined;
  const words: string[] = [];
  let at = head[0].length;
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 16));
    if (!size) return undefined;
    const start = at + size[0].length;
    at = start + Number(size[1]) + 2;
    if (text.length < at) return undefined;
    words.push(text.slice(start, at - 2));
  }
  return { words, length: at };
}
