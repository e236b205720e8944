import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A user of no one in particular: "nobody" on most systems, and it need not exist. */
const uid = 65_534;

export interface Stranger {
  /** How each attempt on the socket ended: the system's error code, or "done". */
  readonly refusals: Readonly<Record<string, string>>;
  /** Ends it. Resolves to the paths of all requests that it received on the port. */
  stop(this: void): Promise<string[]>;
}

// Node is loaded as root, because a checkout may be in a folder that other users cannot read; then it becomes the other user.
const program = `
  const { connect, createServer } = require("node:net");
  const { readdirSync, renameSync, rmSync } = require("node:fs");
  const { dirname, join } = require("node:path");
  const [socket, port] = process.argv.slice(1);
  process.setgroups([]); process.setgid(${uid}); process.setuid(${uid});
  const folder = dirname(socket);
  const opened = (emitter, event) => new Promise((resolve, reject) => emitter.once(event, resolve).once("error", reject));
  const attempts = {
    "connect": () => opened(connect(socket), "connect"),
    "listen beside it": () => opened(createServer().listen(join(folder, "other.sock")), "listening"),
    "delete it": () => rmSync(socket),
    "rename its folder": () => renameSync(folder, folder + "-moved"),
    "read its folder": () => readdirSync(folder),
  };
  (async () => {
    const refusals = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      refusals[name] = await (async () => attempt())().then(() => "done", (error) => error.code);
    }
    if (port) {
      const server = require("node:http").createServer((request, response) => {
        console.log(JSON.stringify(request.url));
        response.setHeader("connection", "close").end('{"forged":true}');
      });
      await opened(server.listen(Number(port), "127.0.0.1"), "listening");
    }
    console.log(JSON.stringify(refusals));
    process.stdin.on("end", () => process.exit()).resume();
  })();
`;

/** Tries as another user to get at a socket, and on `port` takes the place of who should listen there. Takes root. */
export async function startStranger(socket: string, port?: number): Promise<Stranger> {
  const child = spawn(process.execPath, ["--eval", program, "--", socket, ...(port ? [String(port)] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error("the other user's process ended early");
  let seen: Promise<string[]> | undefined;
  return {
    refusals: JSON.parse(first.value) as Record<string, string>,
    stop() {
      child.stdin.end();
      seen ??= rest(lines);
      return seen;
    },
  };
}

async function rest(lines: AsyncIterator<string>): Promise<string[]> {
  const paths: string[] = [];
  for (let line = await lines.next(); !line.done; line = await lines.next())
    paths.push(JSON.parse(line.value) as string);
  return paths;
}
