import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

interface Text {
  readonly value: string;
  /** Milliseconds, like `Date.now()`. */
  readonly endsAt: number;
}

export interface RedisPeer {
  readonly port: number;
  /** The commands that arrived. */
  readonly commands: string[][];
  /** What is kept. Outlives a peer that is started again with it. */
  readonly texts: Map<string, Text>;
  /** Accept commands but answer none. */
  hangs: boolean;
  close(): void;
}

/**
 * The part of Redis that counting and sessions need, over a socket: texts by key, each for its time, and two scripts. `EVAL`
 * of a script that deletes does so if the key has the value that is given; of any other it counts the key. It tests the
 * client's connection and its failures; with a `redis-server` on the PATH, some tests run on the real one too.
 */
export async function startRedisPeer(port = 0, texts = new Map<string, Text>()): Promise<RedisPeer> {
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
        if (!peer.hangs) socket.write(reply(next.words, hits, texts));
      }
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const peer: RedisPeer = {
    port: (server.address() as AddressInfo).port,
    commands: [],
    texts,
    hangs: false,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return peer;
}

function reply(words: readonly string[], hits: Map<string, number>, texts: Map<string, Text>): string {
  const [name, first = "", , key = "", argument] = words;
  if (name !== "EVAL") return replyAboutText(words, texts);
  if (first.includes('"del"')) {
    const isOwn = textAt(key, texts)?.value === argument;
    return `:${Number(isOwn && texts.delete(key))}\r\n`;
  }
  hits.set(key, (hits.get(key) ?? 0) + 1);
  return `*2\r\n:${hits.get(key)}\r\n:60000\r\n`;
}

function replyAboutText([name, key = "", ...rest]: readonly string[], texts: Map<string, Text>): string {
  const known = textAt(key, texts);
  const millis = Number(rest[rest.findIndex((word) => word === "PX") + 1]);
  switch (name) {
    case "SET":
      if (rest.includes(known === undefined ? "XX" : "NX")) return "$-1\r\n";
      texts.set(key, { value: rest[0] ?? "", endsAt: Date.now() + millis });
      return "+OK\r\n";
    case "GETDEL":
      texts.delete(key);
      return bulk(known);
    case "GETEX":
      if (known !== undefined) texts.set(key, { ...known, endsAt: Date.now() + millis });
      return bulk(known);
    case "GET":
      return bulk(known);
    default:
      return "+OK\r\n";
  }
}

function textAt(key: string, texts: Map<string, Text>): Text | undefined {
  const text = texts.get(key);
  return text !== undefined && text.endsAt > Date.now() ? text : undefined;
}

function bulk(text: Text | undefined): string {
  return text === undefined ? "$-1\r\n" : `$${text.value.length}\r\n${text.value}\r\n`;
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
