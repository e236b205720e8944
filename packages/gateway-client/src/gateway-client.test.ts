import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { decodeRunHeader } from "@front-door/operations";
import { afterEach, describe, expect, it, vi } from "vitest";
import { GatewayClient } from "./index.ts";

const secret = "0123456789abcdef";
const options = { requestId: "r-1" };
const alice = { user_name: "alice@example.com", emails: [], id: "1", active: true };
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
  const client = new GatewayClient({ origin: `http://127.0.0.1:${port}`, secret, reconnectMs: 100 });
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

/** The same for an operation that must not run twice and may have run. */
const unknown = {
  code: "GATEWAY_UNAVAILABLE",
  status: 503,
  message: "Databricks service unavailable. The operation may have taken effect.",
  retryable: false,
  outcome: "unknown",
  retryAfterSeconds: undefined,
};

describe("the limit of calls", () => {
  it("refuses one call too many at once, and makes room when a call ends", async () => {
    const held: (() => void)[] = [];
    const { server } = await serve((_req, res) => void held.push(() => res.end(JSON.stringify(alice))));
    const { port } = server.address() as AddressInfo;
    const client = new GatewayClient({
      origin: `http://127.0.0.1:${port}`,
      secret,
      callsMax: 2,
      callerSharePercent: 100,
    });
    ending.push(() => client.close());
    const call = () => client.call("me", {}, options);
    const running = [call(), call()];
    const refusal = { code: "TEMPORARILY_UNAVAILABLE", status: 503, retryAfterSeconds: 1 };
    await expect(call()).rejects.toMatchObject(refusal);
    await expect.poll(() => held).toHaveLength(2);
    held[0]?.();
    await running[0];
    const next = call();
    await expect.poll(() => held).toHaveLength(3);
    for (const answer of held) answer();
    expect(await Promise.all([...running, next])).toEqual([alice, alice, alice]);
  });
});

describe("the limit of files", () => {
  it("never holds up calls and probes, and refuses one file beyond the queue at once", async () => {
    const { server } = await serve(async (req, res) => {
      const body = await buffer(req);
      if (body.includes("read_file")) res.writeHead(200, { "content-length": 10 }).write("x");
      else res.end(JSON.stringify(alice));
    });
    const { port } = server.address() as AddressInfo;
    const client = new GatewayClient({
      origin: `http://127.0.0.1:${port}`,
      secret,
      streamsMax: 2,
      callerSharePercent: 100,
    });
    ending.push(() => client.close());
    const read = () => client.stream("read_file", { path: "/Volumes/a/b/c/d" }, options);
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
});

describe("a caller's time", () => {
  it("bounds its wait for a place", async () => {
    const { server } = await serve(
      (_req, res) => void res.writeHead(200, { "content-length": 10 }).write("x"),
    );
    const { port } = server.address() as AddressInfo;
    const client = new GatewayClient({ origin: `http://127.0.0.1:${port}`, secret, streamsMax: 1 });
    ending.push(() => client.close());
    const path = "/Volumes/a/b/c/d";
    const { body } = await client.stream("read_file", { path }, options);
    const hasty = { ...options, endsAt: performance.now() + 100 };
    const late = { code: "DEADLINE_EXCEEDED", status: 504, retryable: true, outcome: undefined };
    await expect(client.stream("read_file", { path }, hasty)).rejects.toMatchObject(late);
    expect(client.limits().files).toMatchObject({ used: 1, waiting: 0 });
    body.destroy();
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
    const { client } = await serve((_req, res) => res.end('{"user_name":1}'));
    await expect(client.call("me", {}, options)).rejects.toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE" });
  });

  it("passes on the gateway's error with its status, details and Retry-After", async () => {
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

  it("reports that the service is unavailable if another program answers on the port", async () => {
    const { client } = await serve((_req, res) => res.writeHead(404).end("<html>nginx"));
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
  });

  it("does not know whether a mutation ran if a proxy answers for the gateway, unless it refuses", async () => {
    let status = 502;
    const { client } = await serve((_req, res) => res.writeHead(status).end("<html>nginx"));
    const deletion = () => client.call("delete_file", { path: "/Volumes/a/b/c/d" }, options);
    const isUnknown: boolean[] = [];
    for (status of [302, 404, 413, 500, 502, 504]) {
      const error: unknown = await deletion().catch((thrown: unknown) => thrown);
      isUnknown.push((error as { outcome?: string }).outcome === "unknown");
    }
    expect(isUnknown).toEqual([true, false, false, true, true, true]);
    status = 502;
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
  });

  it.each([
    ["an upload that must not overwrite", false, unknown],
    ["an upload that may overwrite", true, unavailable],
    ["an upload that may overwrite by default", undefined, unavailable],
  ])("says of %s whose gateway dies what is true", async (_what, overwrite, expected) => {
    const { client } = await serve((req) => req.once("data", () => req.socket.destroy()));
    const stream = Readable.from([Buffer.from("x")], { objectMode: false });
    const params = { path: "/Volumes/a/b/c/d", overwrite };
    await expect(client.upload("write_file", params, { stream }, options)).rejects.toMatchObject(expected);
  });

  it("says of an upload whose gateway dies before its last byte was there that it did nothing", async () => {
    const { client } = await serve((req) => req.once("data", () => req.socket.destroy()));
    const stream = endless();
    stream.push("x");
    const upload = client.upload(
      "write_file",
      { path: "/Volumes/a/b/c/d", overwrite: false },
      { stream, isComplete: () => false },
      options,
    );
    await expect(upload).rejects.toMatchObject(unavailable);
  });

  it.each([
    ["INSERT INTO t VALUES (1)", unknown],
    ["SELECT 1", unavailable],
  ])("says of a query whose gateway dies what is true: %s", async (sql, expected) => {
    const { client } = await serve((req) => req.socket.destroy());
    await expect(client.stream("execute_query", { sql }, options)).rejects.toMatchObject(expected);
  });

  it("does not look for writes in the SQL of a call that succeeds, or that the gateway refuses", async () => {
    let status = 200;
    const refusal = {
      error: "no",
      status: 400,
      error_code: "STATEMENT_FAILED",
      request_id: "r-1",
      retryable: false,
    };
    const view = { statement_id: "s", state: "PENDING" };
    const { client } = await serve((_req, res) =>
      res.writeHead(status).end(JSON.stringify(status === 200 ? view : refusal)),
    );
    let reads = 0;
    const params = {
      get sql() {
        reads += 1;
        return "SELECT 1";
      },
    };
    await client.callForBytes("submit_statement", params, options);
    status = 400;
    await expect(client.callForBytes("submit_statement", params, options)).rejects.toMatchObject({ status });
    await expect(client.stream("execute_query", params, options)).rejects.toMatchObject({ status });
    // Once for each request's body.
    expect(reads).toBe(3);
  });

  it("does not know whether a mutation ran if the gateway stays silent", async () => {
    const { client } = await serve(() => undefined);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    ending.push(() => vi.useRealTimers());
    const outcome = client
      .call("delete_file", { path: "/Volumes/a/b/c/d" }, options)
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(32_000);
    expect(await outcome).toMatchObject({ code: "DEADLINE_EXCEEDED", retryable: false, outcome: "unknown" });
  });

  it("does not blame the caller if the gateway has another secret", async () => {
    const envelope = {
      error: "The header x-gateway-secret is missing or not the gateway's.",
      status: 401,
      error_code: "UNAUTHENTICATED",
      request_id: "r-1",
      retryable: false,
      details: [{ field: "x-gateway-secret", message: "is not this gateway's GATEWAY_SECRET" }],
    };
    const { client } = await serve((_req, res) => res.writeHead(401).end(JSON.stringify(envelope)));
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
  });

  it("reports it if nothing listens, for every kind of call", async () => {
    const client = new GatewayClient({
      origin: `http://127.0.0.1:${await freePort()}`,
      secret,
      reconnectMs: 100,
    });
    ending.push(() => client.close());
    const path = "/Volumes/a/b/c/d";
    const calls = [
      () => client.call("me", {}, options),
      () => client.call("delete_file", { path }, options),
      () => client.stream("read_file", { path }, options),
      () => client.upload("write_file", { path }, { stream: Readable.from(["x"]) }, options),
      () => client.health(),
      () => client.ready(options),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(unavailable);
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
      unknown,
    );
    expect(seen).toEqual(["me", "me", "list_catalogs", "list_catalogs", "delete_file"]);
  });

  it("repeats a read of a file once when its connection breaks before a reply, and an upload never", async () => {
    let arrived = 0;
    const { client } = await serve((req) => {
      arrived += 1;
      req.socket.destroy();
    });
    const path = "/Volumes/a/b/c/d";
    await expect(client.stream("read_file", { path }, options)).rejects.toMatchObject(unavailable);
    expect(arrived).toBe(2);
    const upload = client.upload("write_file", { path }, { stream: Readable.from(["x"]) }, options);
    await expect(upload).rejects.toMatchObject(unavailable);
    expect(arrived).toBe(3);
  });

  it("waits for a gateway that is being replaced, for every kind of request, and sends each once", async () => {
    const port = await freePort();
    const client = new GatewayClient({ origin: `http://127.0.0.1:${port}`, secret });
    ending.push(() => client.close());
    const path = "/Volumes/a/b/c/d";
    const calls = [
      client.call("me", {}, options),
      client.call("delete_file", { path }, options),
      client.stream("read_file", { path }, options),
      client.upload("write_file", { path }, { stream: Readable.from(["x"]) }, options),
    ];
    await expect(client.health()).rejects.toMatchObject(unavailable);
    let arrived = 0;
    const server = createServer((req, res) => {
      // It looks for the gateway by its health.
      if (req.method === "POST") arrived += 1;
      req
        .resume()
        .once("end", () => res.end(JSON.stringify({ ...alice, path, file_size: 1, created: true })));
    });
    server.listen(port, "127.0.0.1");
    ending.push(() => void server.close());
    await Promise.allSettled(calls);
    expect(arrived).toBe(4);
  });

  it("waits for it no longer than the caller's time, and says that nothing was sent", async () => {
    const client = new GatewayClient({ origin: `http://127.0.0.1:${await freePort()}`, secret });
    ending.push(() => client.close());
    const path = "/Volumes/a/b/c/d";
    const stream = Readable.from(["x"]);
    const body = { stream, length: 1 };
    const hasty = { ...options, endsAt: performance.now() + 200 };
    const calls = [
      client.call("me", {}, hasty),
      client.call("delete_file", { path }, hasty),
      client.stream("read_file", { path }, hasty),
      client.stream("execute_query", { sql: "INSERT INTO t VALUES (1)" }, hasty),
      client.upload("write_file", { path, overwrite: false }, body, hasty),
      client.allowedOperations(hasty),
    ];
    const late = { code: "DEADLINE_EXCEEDED", status: 504, retryable: true, outcome: undefined };
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes).toMatchObject(calls.map(() => ({ status: "rejected", reason: late })));
    expect(stream.readableDidRead).toBe(false);
  });

  it("gives a gateway that was waited for no more than what is left of the caller's time", async () => {
    const port = await freePort();
    const client = new GatewayClient({ origin: `http://127.0.0.1:${port}`, secret });
    ending.push(() => client.close());
    const endsAt = performance.now() + 60_000;
    const path = "/Volumes/a/b/c/d";
    const calls = Promise.allSettled([
      client.call("me", {}, { ...options, endsAt }),
      client.stream("read_file", { path }, { ...options, endsAt }),
      client.upload("write_file", { path }, { stream: Readable.from(["x"]) }, { ...options, endsAt }),
    ]);
    await delay(200);
    const given: number[] = [];
    const server = createServer((req, res) => {
      if (req.method === "POST") given.push(Number(req.headers["x-request-timeout-ms"]));
      req.resume().once("end", () => res.end(JSON.stringify(alice)));
    });
    const leftMs = endsAt - performance.now();
    server.listen(port, "127.0.0.1");
    ending.push(() => void server.close());
    await calls;
    expect(given).toHaveLength(3);
    expect(Math.max(...given)).toBeLessThanOrEqual(Math.ceil(leftMs));
  });

  it("frees the place of a caller that hangs up while no gateway is there", async () => {
    const client = new GatewayClient({ origin: `http://127.0.0.1:${await freePort()}`, secret });
    ending.push(() => client.close());
    const caller = new AbortController();
    const call = { ...options, signal: caller.signal };
    const path = "/Volumes/a/b/c/d";
    const calls = Promise.allSettled([
      client.call("me", {}, call),
      client.stream("read_file", { path }, call),
      client.upload("write_file", { path }, { stream: Readable.from(["x"]) }, call),
    ]);
    await delay(100);
    caller.abort();
    const gone = { status: "rejected", reason: { code: "CANCELLED" } };
    expect(await calls).toMatchObject([gone, gone, gone]);
    expect(client.limits()).toMatchObject({ calls: { used: 0 }, files: { used: 0 }, queries: { used: 0 } });
  });

  it("fails at once when the gateway has been gone for longer than it waits", async () => {
    const origin = `http://127.0.0.1:${await freePort()}`;
    const client = new GatewayClient({ origin, secret, reconnectMs: 1_000 });
    ending.push(() => client.close());
    const waited = async () => {
      const startedAt = performance.now();
      await expect(client.call("delete_file", { path: "/Volumes/a/b/c/d" }, options)).rejects.toMatchObject(
        unavailable,
      );
      return performance.now() - startedAt;
    };
    expect(await waited()).toBeGreaterThan(990);
    expect(await waited()).toBeLessThan(990);
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

  it("closes the connection at once if the caller hangs up", async () => {
    const cut: boolean[] = [];
    let arrived = 0;
    const { client } = await serve((req) => {
      arrived += 1;
      req.on("close", () => cut.push(!req.readableEnded));
    });
    const caller = new AbortController();
    const call = client.call("me", {}, { ...options, signal: caller.signal });
    await expect.poll(() => arrived).toBe(1);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: "CANCELLED" });
    await expect.poll(() => cut).toHaveLength(1);
    const already = client.call("me", {}, { ...options, signal: caller.signal });
    await expect(already).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("never treats a cut reply as complete", async () => {
    const { client } = await serve((_req, res) => {
      res.writeHead(200, { "content-length": "100" }).write("{");
      setImmediate(() => res.destroy());
    });
    await expect(client.callForBytes("list_catalogs", {}, options)).rejects.toMatchObject(unavailable);
    const { body } = await client.stream("read_file", { path: "/Volumes/a/b/c/d" }, options);
    await expect(buffer(body)).rejects.toThrow("closed");
  });

  it("gives up after its time to connect when the port accepts no connection", async () => {
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
    const client = new GatewayClient({ origin: `http://127.0.0.1:${port}`, secret });
    ending.push(() => client.close());
    const started = performance.now();
    await expect(client.call("me", {}, options)).rejects.toMatchObject(unavailable);
    expect(performance.now() - started).toBeGreaterThan(400);
    // The kernel alone would go on trying for two minutes.
    expect(performance.now() - started).toBeLessThan(60_000);
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

  it("never ends cleanly if its body breaks off or its caller hangs up", async () => {
    const ends: string[] = [];
    let arrived = 0;
    const { client } = await serve((req) => {
      arrived += 1;
      req.resume();
      req.on("end", () => ends.push("clean"));
      req.on("aborted", () => ends.push("aborted"));
    });
    const broken = endless();
    broken.push("abc");
    const first = client.upload("write_file", { path }, { stream: broken }, options);
    await expect.poll(() => arrived).toBe(1);
    broken.destroy(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    const caller = new AbortController();
    const stream = endless();
    stream.push("abc");
    const second = client.upload("write_file", { path }, { stream }, { ...options, signal: caller.signal });
    await expect.poll(() => arrived).toBe(2);
    caller.abort();
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    await expect.poll(() => ends).toEqual(["aborted", "aborted"]);
  });

  it("fails with a refusal that comes before the end of its body", async () => {
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
    await expect.poll(() => stream.destroyed).toBe(true);
  });
});
