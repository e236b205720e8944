import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  type CallRequest,
  callBytesMax,
  callChannel,
  decodeCall,
  decodeRunHeader,
  encodeFrame,
  encodeReply,
  FrameReader,
  frameKind,
  operations,
  parseCall,
} from "@front-door/operations";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { createGatewayClient, type GatewayClient } from "./index.ts";

const secret = "0123456789abcdef";
const options = { requestId: "r-1" };
const alice = { userName: "alice@example.com", emails: [], id: "1", active: true };
const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

/** The far end of the client's socket: what the real gateway never does has to be made here. */
async function serve(
  listener: (...args: Parameters<RequestListener>) => unknown,
): Promise<{ client: GatewayClient; server: Server }> {
  const server = createServer((req, res) => void listener(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ending.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { client: clientOf(server), server };
}

function clientOf(server: { address(): AddressInfo | string | null }): GatewayClient {
  const { port } = server.address() as AddressInfo;
  const client = createGatewayClient({ origin: `http://127.0.0.1:${port}`, secret });
  ending.push(() => client.close());
  return client;
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const unavailable = {
  code: "GATEWAY_UNAVAILABLE",
  status: 503,
  message: "Databricks service unavailable",
  retryAfterSeconds: 1,
  retryable: true,
};

describe("calls under way", () => {
  it("are as many as may be, one too many is refused at once, and each makes room when it ends", async () => {
    const held: (() => void)[] = [];
    const { server } = await serve((_req, res) => void held.push(() => res.end(JSON.stringify(alice))));
    const { port } = server.address() as AddressInfo;
    const client = createGatewayClient({ origin: `http://127.0.0.1:${port}`, secret, callsMax: 2 });
    ending.push(() => client.close());
    const call = () => client.call("me", {}, options);
    const running = [call(), call()];
    const refusal = { code: "TEMPORARILY_UNAVAILABLE", status: 503, retryAfterSeconds: 1 };
    await expect(call()).rejects.toMatchObject(refusal);
    await vi.waitFor(() => expect(held).toHaveLength(2));
    held[0]?.();
    await running[0];
    const next = call();
    await vi.waitFor(() => expect(held).toHaveLength(3));
    for (const answer of held) answer();
    expect(await Promise.all([...running, next])).toEqual([alice, alice, alice]);
  });
});

/** A gateway with a call channel, whose other end is `take`; what is not answered there stays open. */
async function serveCalls(take: (call: FakeCall) => void) {
  const sockets: Socket[] = [];
  const paths: string[] = [];
  const { client, server } = await serve((req, res) => {
    paths.push(req.url ?? "");
    req.resume();
    res.setHeader("x-gateway-calls", callChannel.protocol).end(JSON.stringify(alice));
  });
  server.on("upgrade", (req: IncomingMessage, socket: Socket) => {
    expect(req.headers["x-gateway-secret"]).toBe(secret);
    sockets.push(socket);
    ending.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("end", () => socket.destroy());
    socket.write(`HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: ${callChannel.protocol}\r\n\r\n`);
    const reader = new FrameReader(callBytesMax, ({ kind, id, payload }) => {
      const request = kind === frameKind.call ? parseCall(decodeCall(payload)) : undefined;
      const reply = (status: number, body: object, retryAfterSeconds?: number) =>
        socket.write(encodeReply(id, { status, body: JSON.stringify(body), retryAfterSeconds }));
      take({ kind, id, request, socket, reply });
    });
    socket.on("data", (chunk: Buffer) => reader.push(chunk));
  });
  // The first call goes by /run and hears of the channel.
  await client.call("me", {}, options);
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  await delay(20);
  return { client, sockets, paths };
}

interface FakeCall {
  readonly kind: number;
  readonly id: number;
  readonly request: CallRequest | undefined;
  readonly socket: Socket;
  reply(status: number, body: object, retryAfterSeconds?: number): void;
}

describe("a gateway with a call channel", () => {
  it("gets calls by it, with all that they come with, and answers in any order", async () => {
    const calls: FakeCall[] = [];
    const { client, paths } = await serveCalls((call) => calls.push(call));
    const one = client.call(
      "me",
      {},
      { ...options, auth: { token: "dapi1" }, caller: "Zoë", workspace: "b" },
    );
    const two = client.callForBytes("list_schemas", { catalog: "main" }, { requestId: "r-2" });
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(calls.map(({ request }) => request)).toEqual([
      { request_id: "r-1", caller: "Zoë", op: "me", params: {}, workspace: "b", auth: { token: "dapi1" } },
      { request_id: "r-2", op: "list_schemas", params: { catalog: "main" } },
    ]);
    calls[1]?.reply(200, { any: [1] });
    expect(String(await two)).toBe('{"any":[1]}');
    calls[0]?.reply(200, alice);
    expect(await one).toEqual(alice);
    expect(paths).toEqual(["/run"]);
  });

  it("has its errors passed on, with the wait", async () => {
    const envelope = {
      error: "slow down",
      status: 429,
      error_code: "REQUEST_LIMIT_EXCEEDED",
      retryable: true,
    };
    const { client } = await serveCalls((call) => call.reply(429, { ...envelope, request_id: "r-1" }, 7));
    await expect(client.call("me", {}, options)).rejects.toMatchObject({
      code: "REQUEST_LIMIT_EXCEEDED",
      status: 429,
      retryAfterSeconds: 7,
    });
  });

  it("hears of a caller that hangs up, and its late reply does no harm", async () => {
    const calls: FakeCall[] = [];
    const { client } = await serveCalls((call) => calls.push(call));
    const gone = new AbortController();
    const given = client.call("me", {}, { ...options, signal: gone.signal });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    gone.abort();
    await expect(given).rejects.toMatchObject({ code: "CANCELLED" });
    await vi.waitFor(() => expect(calls[1]).toMatchObject({ kind: frameKind.cancel, id: calls[0]?.id }));
    calls[0]?.reply(200, alice);
    const next = client.call("me", {}, options);
    await vi.waitFor(() => expect(calls).toHaveLength(3));
    calls[2]?.reply(200, { ...alice, id: "2" });
    expect(await next).toMatchObject({ id: "2" });
  });

  it("that breaks it: a reading call is repeated by /run, another is unavailable, and both go by a new one", async () => {
    let broken = 0;
    const { client, sockets, paths } = await serveCalls((call) => {
      if (sockets.length === 1 && ++broken === 2) call.socket.destroy();
      else if (sockets.length === 2) call.reply(200, alice);
    });
    const reading = client.call("me", {}, options);
    const writing = client.call("create_volume", { catalog: "a", schema: "b", name: "c" }, options);
    await expect(writing).rejects.toMatchObject(unavailable);
    expect(await reading).toEqual(alice);
    expect(paths).toEqual(["/run", "/run"]);
    await vi.waitFor(() => expect(sockets).toHaveLength(2));
    await delay(20);
    expect(await client.call("me", {}, options)).toEqual(alice);
    expect(paths).toEqual(["/run", "/run"]);
  });

  it("that says it is closing gets no more calls by it, and the connection's end after the last reply", async () => {
    const calls: FakeCall[] = [];
    const { client, sockets, paths } = await serveCalls((call) => calls.push(call));
    const running = client.call("me", {}, options);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    sockets[0]?.write(encodeFrame(frameKind.closing, 0));
    await delay(50);
    expect(await client.call("me", {}, options)).toEqual(alice);
    expect(paths).toEqual(["/run", "/run"]);
    const closed = once(sockets[0] as Socket, "close");
    calls[0]?.reply(200, alice);
    expect(await running).toEqual(alice);
    await closed;
  });

  it("that does not answer in time is told that nobody waits", async () => {
    const kinds: number[] = [];
    const { client } = await serveCalls(({ kind }) => kinds.push(kind));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const [late] = await Promise.all([
        client.call("me", {}, options).catch((error: unknown) => error),
        vi.advanceTimersByTimeAsync(operations.me.timeoutMs + 2_000),
      ]);
      expect(late).toMatchObject({ code: "DEADLINE_EXCEEDED", status: 504 });
    } finally {
      vi.useRealTimers();
    }
    await vi.waitFor(() => expect(kinds).toEqual([frameKind.call, frameKind.cancel]));
  });

  it("that writes what is no frame loses the connection, not the calls that can be repeated", async () => {
    const { client } = await serveCalls(({ socket }) => socket.write(Buffer.alloc(20, 0xff)));
    expect(await client.call("me", {}, options)).toEqual(alice);
  });

  it("gets no more by it when it does not read: what is given up then would take memory", async () => {
    const { client, sockets, paths } = await serveCalls(() => undefined);
    sockets[0]?.pause();
    const sql = "x".repeat(callBytesMax - 1_000);
    // More than the kernel's own buffers hold.
    for (let count = 0; count < 600; count++) {
      const gone = new AbortController();
      const call = client.callForBytes("submit_statement", { sql }, { ...options, signal: gone.signal });
      await delay(1);
      gone.abort();
      // What went by /run may have been answered before.
      await call.catch(() => undefined);
    }
    await client.callForBytes("submit_statement", { sql }, options);
    expect(paths.length).toBeGreaterThan(1);
  });

  it("whose reply is shorter than its head loses the connection, and the call is repeated at once", async () => {
    const { client, paths } = await serveCalls(({ socket, id }) => {
      socket.write(encodeFrame(frameKind.reply, id, "x"));
    });
    expect(await client.call("me", {}, options)).toEqual(alice);
    expect(paths).toEqual(["/run", "/run"]);
  });

  it("that is closing has the connection ended when the last caller hangs up, too", async () => {
    const calls: FakeCall[] = [];
    const { client, sockets } = await serveCalls((call) => calls.push(call));
    const gone = new AbortController();
    const running = client.call("me", {}, { ...options, signal: gone.signal });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    sockets[0]?.write(encodeFrame(frameKind.closing, 0));
    await delay(50);
    const closed = once(sockets[0] as Socket, "close");
    gone.abort();
    await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
    await closed;
  });

  it("loses every connection when the client closes, one that only waits for a reply too", async () => {
    const calls: FakeCall[] = [];
    const { client, sockets } = await serveCalls((call) => calls.push(call));
    const draining = client.call("create_volume", { catalog: "a", schema: "b", name: "c" }, options);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    sockets[0]?.write(encodeFrame(frameKind.closing, 0));
    await delay(50);
    await client.call("me", {}, options);
    await vi.waitFor(() => expect(sockets).toHaveLength(2));
    await delay(20);
    const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
    await Promise.all([expect(draining).rejects.toMatchObject(unavailable), client.close()]);
    await closed;
  });

  it("is asked for one connection, however many calls hear of it at once", async () => {
    const { client, server } = await serve((req, res) => {
      req.resume();
      res.setHeader("x-gateway-calls", callChannel.protocol).end(JSON.stringify(alice));
    });
    let upgrades = 0;
    server.on("upgrade", (_req, socket: Socket) => {
      upgrades += 1;
      ending.push(() => socket.destroy());
    });
    await Promise.all(Array.from({ length: 20 }, () => client.call("me", {}, options)));
    await client.call("me", {}, options);
    await delay(50);
    expect(upgrades).toBe(1);
  });

  it("gets what is too large for it by /run", async () => {
    const { client, paths } = await serveCalls(() => undefined);
    await client.callForBytes("submit_statement", { sql: "x".repeat(callBytesMax) }, options);
    expect(paths).toEqual(["/run", "/run"]);
  });
});

it("a gateway that speaks of a channel and has none goes on getting calls by /run", async () => {
  const asked: string[] = [];
  const { client } = await serve((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    req.resume();
    if (req.url === "/run") res.setHeader("x-gateway-calls", callChannel.protocol).end(JSON.stringify(alice));
    else res.writeHead(404).end();
  });
  for (let count = 0; count < 3; count++) {
    expect(await client.call("me", {}, options)).toEqual(alice);
    await delay(20);
  }
  expect(asked.filter((each) => each === "POST /run")).toHaveLength(3);
});

describe("files under way", () => {
  it("never hold up calls and probes, and one too many is refused at once", async () => {
    const { server } = await serve(async (req, res) => {
      const body = await buffer(req);
      if (body.includes("read_file")) res.writeHead(200, { "content-length": 10 }).write("x");
      else res.end(JSON.stringify(alice));
    });
    const { port } = server.address() as AddressInfo;
    const client = createGatewayClient({ origin: `http://127.0.0.1:${port}`, secret, connections: 2 });
    ending.push(() => client.close());
    const read = () => client.download("read_file", { path: "/Volumes/a/b/c/d" }, options);
    const [first] = await Promise.all([read(), read()]);
    expect(await client.call("me", {}, options)).toEqual(alice);
    await client.ready(options);
    // Eight wait for a place, and one more is refused at once.
    const waiting = Promise.allSettled(Array.from({ length: 8 }, () => read()));
    const refusal = { code: "TEMPORARILY_UNAVAILABLE", status: 503, retryAfterSeconds: 1 };
    await expect(read()).rejects.toMatchObject(refusal);
    const closed = new Promise((resolve) => first.body.on("error", () => undefined).once("close", resolve));
    first.body.destroy();
    await closed;
    const [next, ...others] = await waiting;
    expect(next).toMatchObject({ status: "fulfilled", value: { status: 200 } });
    for (const other of others) expect(other).toMatchObject({ status: "rejected", reason: refusal });
  });

  it("that nobody waits for any more give their turn away", async () => {
    const places = new ConcurrencyLimit({ max: 1, waitingMax: 5, waitMs: 1_000, what: "things" });
    const leave = await places.take();
    const gone = new AbortController();
    const impatient = places.take(gone.signal);
    const patient = places.take();
    gone.abort();
    await expect(impatient).rejects.toMatchObject({ code: "CANCELLED" });
    leave();
    leave();
    (await patient)();
    expect(await places.take()).toBeTypeOf("function");
  });
});

describe("the gateway client", () => {
  it("sends the operation, the caller's identity, the secret and the request id", async () => {
    const seen: { headers: IncomingMessage["headers"]; body: unknown }[] = [];
    const { client } = await serve(async (req, res) => {
      seen.push({ headers: req.headers, body: JSON.parse((await buffer(req)).toString()) });
      res.end(JSON.stringify(alice));
    });
    expect(await client.call("me", {}, { ...options, auth: { token: "dapi1" } })).toEqual(alice);
    expect(seen).toMatchObject([
      {
        headers: { "x-gateway-secret": secret, "x-request-id": "r-1", "content-type": "application/json" },
        body: { op: "me", params: {}, auth: { token: "dapi1" } },
      },
    ]);
  });

  it("passes a reply's bytes on as they are", async () => {
    const { client } = await serve((_req, res) => res.end('{ "any" : [1.0] }'));
    expect(String(await client.callForBytes("list_catalogs", {}, options))).toBe('{ "any" : [1.0] }');
  });

  it("refuses a result that is not the operation's", async () => {
    const { client } = await serve((_req, res) => res.end('{"userName":1}'));
    await expect(client.call("me", {}, options)).rejects.toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE" });
  });

  it("gives the gateway's error with its status, details and Retry-After", async () => {
    const envelope = {
      error: "slow down",
      status: 429,
      error_code: "REQUEST_LIMIT_EXCEEDED",
      request_id: "r-1",
      retryable: true,
      details: [{ reason: "x" }],
    };
    const { client } = await serve((_req, res) =>
      res.writeHead(429, { "retry-after": "7" }).end(JSON.stringify(envelope)),
    );
    await expect(client.call("me", {}, options)).rejects.toMatchObject({
      code: "REQUEST_LIMIT_EXCEEDED",
      message: "slow down",
      status: 429,
      retryable: true,
      retryAfterSeconds: 7,
      details: [{ reason: "x" }],
    });
  });

  it("says that the service is unavailable when something else answers on the port", async () => {
    const { client } = await serve((_req, res) => res.writeHead(404).end("<html>nginx"));
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
  });

  it("does not blame the caller when the gateway has another secret", async () => {
    const envelope = {
      error: "The header x-gateway-secret is missing or not the gateway's.",
      status: 401,
      error_code: "UNAUTHENTICATED",
      request_id: "r-1",
      retryable: false,
    };
    const { client } = await serve((_req, res) => res.writeHead(401).end(JSON.stringify(envelope)));
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
  });

  it("says so well within a second when nothing listens, for every kind of call", async () => {
    const client = createGatewayClient({ origin: `http://127.0.0.1:${await freePort()}`, secret });
    ending.push(() => client.close());
    const started = performance.now();
    const path = "/Volumes/a/b/c/d";
    const calls = [
      () => client.call("me", {}, options),
      () => client.call("delete_file", { path }, options),
      () => client.download("read_file", { path }, options),
      () => client.upload("write_file", { path }, { stream: Readable.from(["x"]) }, options),
      () => client.health(),
      () => client.ready(options),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it("repeats an idempotent operation once, and only once, when its connection breaks", async () => {
    const seen: string[] = [];
    const { client } = await serve(async (req, res) => {
      const { op } = JSON.parse((await buffer(req)).toString()) as { op: string };
      seen.push(op);
      if (op === "me" && seen.length === 2) res.end(JSON.stringify(alice));
      else req.socket.destroy();
    });
    expect(await client.call("me", {}, options)).toEqual(alice);
    await expect(client.call("list_catalogs", {}, options)).rejects.toMatchObject(unavailable);
    await expect(client.call("delete_file", { path: "/Volumes/a/b/c/d" }, options)).rejects.toMatchObject(
      unavailable,
    );
    expect(seen).toEqual(["me", "me", "list_catalogs", "list_catalogs", "delete_file"]);
  });

  it("serves again as soon as the gateway is back", async () => {
    const listener: RequestListener = (_req, res) => void res.end(JSON.stringify(alice));
    const { client, server } = await serve(listener);
    const { port } = server.address() as AddressInfo;
    await client.call("me", {}, options);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
    const again = createServer(listener);
    await new Promise<void>((resolve) => again.listen(port, "127.0.0.1", resolve));
    ending.push(
      () => again.closeAllConnections(),
      () => again.close(),
    );
    expect(await client.call("me", {}, options)).toEqual(alice);
  });

  it("gives up after the operation's own time and a little more", async () => {
    const { client } = await serve(() => undefined);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    ending.push(() => vi.useRealTimers());
    const call = client.call("me", {}, options);
    const outcome = call.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await Promise.race([outcome, Promise.resolve("waiting")])).toBe("waiting");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await outcome).toMatchObject({ code: "DEADLINE_EXCEEDED", status: 504 });
  });

  it("cuts the connection at once when the caller hangs up", async () => {
    const cut: boolean[] = [];
    const { client } = await serve((req) => req.on("close", () => cut.push(!req.readableEnded)));
    const caller = new AbortController();
    const call = client.call("me", {}, { ...options, signal: caller.signal });
    await delay(50);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: "CANCELLED" });
    await vi.waitFor(() => expect(cut).toHaveLength(1), { timeout: 10_000 });
    const already = client.call("me", {}, { ...options, signal: caller.signal });
    await expect(already).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("does not take a cut reply for a whole one", async () => {
    const { client } = await serve((_req, res) => {
      res.writeHead(200, { "content-length": "100" }).write("{");
      setImmediate(() => res.destroy());
    });
    await expect(client.callForBytes("list_catalogs", {}, options)).rejects.toMatchObject(unavailable);
    const { body } = await client.download("read_file", { path: "/Volumes/a/b/c/d" }, options);
    await expect(buffer(body)).rejects.toThrow("closed");
  });

  it("answers in under a second when the port takes no connection", async () => {
    // A listener that never accepts, with a full queue: a further connection is left waiting by the kernel.
    const worker = new Worker(
      `const { parentPort } = require("node:worker_threads");
      const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
        parentPort.postMessage(server.address().port);
        setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });`,
      { eval: true },
    );
    ending.push(() => worker.terminate());
    const [port] = (await once(worker, "message")) as [number];
    await delay(50);
    for (let i = 0; i < 4; i++) {
      const filler = connect(port, "127.0.0.1").on("error", () => undefined);
      ending.push(() => filler.destroy());
    }
    await delay(50);
    const client = createGatewayClient({ origin: `http://127.0.0.1:${port}`, secret });
    ending.push(() => client.close());
    const started = performance.now();
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
    expect(performance.now() - started).toBeGreaterThan(400);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

function endless(): Readable {
  return new Readable({ read() {} });
}

describe("an upload", () => {
  const path = "/Volumes/main/default/files/ünï %.txt";
  const stored = (size: number) => JSON.stringify({ path, file_size: size, created: true });

  it.each([5, 0])(
    "of %i bytes has its run request in a header and its length as announced",
    async (length) => {
      const seen: IncomingMessage[] = [];
      const { client } = await serve(async (req, res) => {
        seen.push(req);
        res.end(stored((await buffer(req)).length));
      });
      const stream = Readable.from(length === 0 ? [] : [Buffer.from("hello")], { objectMode: false });
      const result = await client.upload("write_file", { path }, { stream, length }, options);
      expect(result).toEqual({ path, file_size: length, created: true });
      expect(seen[0]?.headers).toMatchObject({
        "content-type": "application/octet-stream",
        "content-length": String(length),
      });
      expect(decodeRunHeader(String(seen[0]?.headers["x-gateway-run"]))).toEqual({
        op: "write_file",
        params: { path },
      });
    },
  );

  it("waits for a gateway that is slow to read", async () => {
    let paused: IncomingMessage | undefined;
    const { client } = await serve((req, res) => {
      paused = req.pause();
      req.on("end", () => res.end(stored(0)));
    });
    let produced = 0;
    const chunk = Buffer.alloc(1 << 20);
    const stream = new Readable({
      read() {
        produced += chunk.length;
        this.push(produced > 100 * chunk.length ? null : chunk);
      },
    });
    const upload = client.upload("write_file", { path }, { stream }, options);
    await delay(300);
    expect(produced).toBeLessThan(20 * chunk.length);
    paused?.resume();
    await upload;
    expect(produced).toBeGreaterThan(100 * chunk.length);
  });

  it("breaks off uncleanly when its body does or its caller hangs up", async () => {
    const ends: string[] = [];
    const { client } = await serve((req) => {
      req.resume();
      req.on("end", () => ends.push("clean"));
      req.on("aborted", () => ends.push("aborted"));
    });
    const broken = endless();
    broken.push("abc");
    const first = client.upload("write_file", { path }, { stream: broken }, options);
    await delay(50);
    broken.destroy(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    const caller = new AbortController();
    const stream = endless();
    stream.push("abc");
    const second = client.upload("write_file", { path }, { stream }, { ...options, signal: caller.signal });
    await delay(50);
    caller.abort();
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    await vi.waitFor(() => expect(ends).toEqual(["aborted", "aborted"]), { timeout: 10_000 });
  });

  it("hears a refusal that comes before the end of its body", async () => {
    const envelope = { error: "no", status: 404, error_code: "NOT_FOUND", request_id: "r", retryable: false };
    const sockets: Socket[] = [];
    const { client } = await serve((req, res) => {
      sockets.push(req.socket);
      res.writeHead(404).end(JSON.stringify(envelope));
    });
    const stream = new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(1 << 16)), 1);
      },
    });
    await expect(client.upload("write_file", { path }, { stream }, options)).rejects.toMatchObject({
      code: "NOT_FOUND",
      status: 404,
    });
    await vi.waitFor(() => expect(stream.destroyed).toBe(true), { timeout: 10_000 });
  });
});
