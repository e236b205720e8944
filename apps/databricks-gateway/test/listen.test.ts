import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { Client, type Dispatcher } from "undici";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { buildGateway } from "../src/app.ts";
import { parseConfig } from "../src/config/config.ts";
import { listen as listenWith } from "../src/http/listen.ts";
import { secret, until } from "./gateway-under-test.ts";

let folder: string;
let socketPath: string;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-"));
  socketPath = join(folder, "gateway.sock");
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
  await rm(folder, { recursive: true });
});

const log: string[] = [];
const logger = {
  info: (fields: object) => void log.push(JSON.stringify(fields)),
  warn: (line: string) => void log.push(line),
};
const listen = (app: FastifyInstance, address: Parameters<typeof listenWith>[1]) =>
  listenWith(app, address, logger as Parameters<typeof listenWith>[2]);

interface Held {
  readonly app: FastifyInstance;
  /** How many requests of /held wait for `release`. */
  readonly waiting: () => number;
  readonly release: () => void;
}

/** A gateway that does not listen yet, with a route that waits. */
function gateway(): Held {
  const config = parseConfig({
    GATEWAY_SECRET: secret,
    LOG_LEVEL: "silent",
    DATABRICKS_HOST: "http://127.0.0.1:1",
    DATABRICKS_TOKEN: "a-token",
    AUDIT_LOG: "off",
  });
  const app = buildGateway({ config });
  const released = Promise.withResolvers<void>();
  let waiting = 0;
  app.get("/held", async () => {
    waiting++;
    await released.promise;
    return "done";
  });
  closers.push(() => app.close());
  return { app, waiting: () => waiting, release: () => released.resolve() };
}

function client(address: string): Client {
  const overSocket = address === socketPath;
  const made = overSocket ? new Client("http://gateway", { socketPath }) : new Client(address);
  closers.push(() => made.destroy());
  return made;
}

const get = (
  from: Client,
  path: string,
  headers: Record<string, string> = {},
): Promise<Dispatcher.ResponseData> => from.request({ path, method: "GET", headers });

test("a socket alone is for this user, with any Host, and GATEWAY_PORT=off opens no port", async () => {
  const { app } = gateway();
  expect(await listen(app, { port: undefined, socketPath })).toEqual([socketPath]);
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  expect((await get(client(socketPath), "/health", { host: "evil.example" })).statusCode).toBe(200);
});

test("a port beside a socket refuses the Host of another", async () => {
  const { app } = gateway();
  const [, url = ""] = await listen(app, { port: 0, socketPath });
  const overPort = client(url);
  expect((await get(overPort, "/health")).statusCode).toBe(200);
  expect((await get(overPort, "/health", { host: "evil.example" })).statusCode).toBe(403);
  expect((await get(client(socketPath), "/health", { host: "evil.example" })).statusCode).toBe(200);
});

test("closing answers the running requests of socket and port, and waits for no idle connection", async () => {
  const { app, waiting, release } = gateway();
  const addresses = await listen(app, { port: 0, socketPath });
  const idle = addresses.map(client);
  for (const each of idle) await (await get(each, "/health")).body.dump();
  const held = addresses.map((address) => get(client(address), "/held"));
  await until(() => waiting() === 2, "both requests run");
  const closing = app.close();
  await until(
    () => idle.every(({ destroyed, stats }) => destroyed || !stats.connected),
    "the idle ones are closed",
  );
  release();
  const replies = await Promise.all(held);
  expect(replies.map(({ statusCode, headers }) => [statusCode, headers.connection])).toEqual([
    [200, "close"],
    [200, "close"],
  ]);
  await closing;
  const [, url = ""] = addresses;
  await expect(get(client(url), "/health")).rejects.toThrow(/ECONNREFUSED/);
});

test("closing still serves a connection that waits to be accepted", async () => {
  const { app } = gateway();
  await listen(app, { port: undefined, socketPath });
  const mark = join(folder, "connected");
  const request = "GET /health HTTP/1.1\\r\\nHost: gateway\\r\\nConnection: close\\r\\n\\r\\n";
  const caller = spawn(process.execPath, [
    "-e",
    `const socket = require("net").connect(${JSON.stringify(socketPath)}, () => {
      socket.write("${request}");
      require("fs").writeFileSync(${JSON.stringify(mark)}, "");
    });
    socket.pipe(process.stdout);`,
  ]);
  const reply = text(caller.stdout);
  // From here to the next look for connections, timers come first.
  await stat(folder);
  // Nothing is accepted meanwhile: this process does nothing else.
  while (!existsSync(mark));
  const closing = app.close();
  // As on a busy machine, time passes before that look.
  void setImmediate().then(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50));
  expect(await reply).toMatch(/^HTTP\/1\.1 200 /);
  await closing;
});

test("closing removes the socket while it still accepts what waits there", async () => {
  const { app } = gateway();
  await listen(app, { port: undefined, socketPath });
  const closing = app.close();
  let isGoneFirst = false;
  for (; app.server.listening; await setImmediate()) isGoneFirst ||= !existsSync(socketPath);
  expect(isGoneFirst).toBe(true);
  await closing;
});

test("closing still serves what comes on open connections, and their next request needs a connection to the next gateway", async () => {
  const { app } = gateway();
  await listen(app, { port: undefined, socketPath });
  const open = client(socketPath);
  await (await get(open, "/health")).body.dump();
  const closing = app.close();
  // The path is free at once.
  await expect
    .poll(() =>
      stat(socketPath).then(
        () => "there",
        ({ code }: NodeJS.ErrnoException) => code,
      ),
    )
    .toBe("ENOENT");
  const last = await get(open, "/health");
  await last.body.dump();
  expect([last.statusCode, last.headers.connection]).toEqual([200, "close"]);
  await expect(get(open, "/health")).rejects.toThrow(/ENOENT/);
  await closing;
});

test("a gateway that found its socket in use does not delete it when it closes", async () => {
  const serving = gateway();
  await listen(serving.app, { port: undefined, socketPath });
  const refused = gateway();
  await expect(listen(refused.app, { port: undefined, socketPath })).rejects.toThrow(/ is in use/);
  await refused.app.close();
  expect((await get(client(socketPath), "/health")).statusCode).toBe(200);
});

test("idle connections to the socket and to the port have the same time limit", async () => {
  const { app } = gateway();
  app.server.keepAliveTimeout = 1;
  const [, url = ""] = await listen(app, { port: 0, socketPath });
  const connections = [connect(socketPath), connect(Number(new URL(url).port), "127.0.0.1")];
  const ended = connections.map((connection) => {
    connection.write("GET /health HTTP/1.1\r\nHost: " + new URL(url).host + "\r\n\r\n");
    return once(connection.resume(), "end");
  });
  await expect(Promise.all(ended)).resolves.toHaveLength(2);
  for (const connection of connections) connection.destroy();
});

test.each([0o750, 0o710, 0o2750])("in a folder of mode %i the socket is for the group too", async (mode) => {
  await chmod(folder, mode);
  await listen(gateway().app, { port: undefined, socketPath });
  expect((await stat(socketPath)).mode & 0o777).toBe(0o660);
});

test.each([0o755, 0o770, 0o701])(
  "in a folder of mode %i, where others could reach it, no socket is made",
  async (mode) => {
    await chmod(folder, mode);
    await expect(listen(gateway().app, { port: 0, socketPath })).rejects.toThrow(
      /^GATEWAY_SOCKET .* must be in a folder of this user/,
    );
    await expect(stat(socketPath)).rejects.toThrow(/ENOENT/);
  },
);

test("a socket that a killed process left behind is replaced, one in use and a file are not", async () => {
  const script = `require("node:net").createServer().listen(${JSON.stringify(socketPath)}, () => console.log("listening"))`;
  const killed = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(killed.stdout, "data");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  await listen(gateway().app, { port: undefined, socketPath });
  await expect(listen(gateway().app, { port: undefined, socketPath })).rejects.toThrow(
    /^GATEWAY_SOCKET .* is in use/,
  );
  const file = join(folder, "file");
  await writeFile(file, "kept");
  await expect(listen(gateway().app, { port: undefined, socketPath: file })).rejects.toThrow(
    / is not a socket/,
  );
  expect(await readFile(file, "utf8")).toBe("kept");
});

test("a folder that another user could rename holds no socket, also when a link leads to it", async () => {
  const inner = join(folder, "inner");
  await mkdir(inner, { mode: 0o700 });
  await symlink(inner, join(folder, "link"));
  await chmod(folder, 0o777);
  for (const name of ["inner", "link"]) {
    await expect(
      listen(gateway().app, { port: undefined, socketPath: join(folder, name, "s") }),
    ).rejects.toThrow(/ nobody else can rename/);
  }
});

test("a socket whose queue of connections is full is in use", async () => {
  const script = `require("node:net").createServer().listen({ path: ${JSON.stringify(socketPath)}, backlog: 1 }, () => console.log("listening"))`;
  const stopped = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  closers.push(async () => void stopped.kill("SIGKILL"));
  await once(stopped.stdout, "data");
  stopped.kill("SIGSTOP");
  const queued = Array.from({ length: 4 }, () => connect(socketPath).on("error", () => undefined));
  closers.push(async () => queued.forEach((each) => each.destroy()));
  await once(connect(socketPath), "error");
  await expect(listen(gateway().app, { port: undefined, socketPath })).rejects.toThrow(/ is in use/);
});

test("a port in use is refused without a socket; beside one it is a warning, and opened once it is free", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const problem = `GATEWAY_PORT ${port} is in use`;
  await expect(listen(gateway().app, { port, socketPath: undefined })).rejects.toThrow(problem);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { app } = gateway();
  expect(await listen(app, { port, socketPath })).toEqual([socketPath]);
  expect(log.at(-1)).toContain(problem);
  expect((await get(client(socketPath), "/health")).statusCode).toBe(200);
  vi.advanceTimersByTime(5_000);
  other.close();
  await once(other, "close");
  vi.advanceTimersByTime(5_000);
  const url = `http://127.0.0.1:${port}`;
  await until(() => log.at(-1)?.includes(url) === true, "the port is open");
  expect((await get(client(url), "/health")).statusCode).toBe(200);
});

test("HTTP/1.0 gets no streamed reply over the socket either, where a cut one would look whole", async () => {
  const { app } = gateway();
  await listen(app, { port: undefined, socketPath });
  const body = JSON.stringify({ op: "execute_query", params: { sql: "SELECT 1" } });
  const socket = connect(socketPath);
  socket.write(
    [
      "POST /run HTTP/1.0",
      `X-Gateway-Secret: ${secret}`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n"),
  );
  let reply = "";
  socket.on("data", (chunk) => (reply += String(chunk)));
  await once(socket, "close");
  expect(reply).toMatch(/^HTTP\/1\.1 505 /);
  expect(reply).toContain('"HTTP_VERSION_NOT_SUPPORTED"');
  expect(reply).not.toContain('"outcome"');
});
