import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface RedisPeer {
  readonly port: number;
  readonly commands: string[][];
  /** Whether it answers: a peer that hangs takes commands and says nothing. */
  hangs: boolean;
  close(): void;
}

/**
 * The little of Redis that counting needs, over a socket: `EVALSHA` of the increment script counts a key. It is for the
 * client's connection and its failures; with a `redis-server` on the PATH the same tests run on the real one too.
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

function reply([name = "", sub = "", , key = ""]: readonly string[], hits: Map<string, number>): string {
  switch (`${name} ${name === "SCRIPT" ? sub : ""}`.trim()) {
    case "SCRIPT LOAD":
      return "$3\r\nsha\r\n";
    case "EVALSHA":
      hits.set(key, (hits.get(key) ?? 0) + 1);
      return `*2\r\n:${hits.get(key)}\r\n:60000\r\n`;
    default:
      return "+OK\r\n";
  }
}

/** The first command, an array of bulk strings, when it is there as a whole. */
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
