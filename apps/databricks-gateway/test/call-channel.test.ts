import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { LocalWorkspace } from "@front-door/local-workspace";
import {
  type CallReply,
  callChannel,
  decodeReply,
  encodeFrame,
  type Frame,
  FrameReader,
  frameKind,
  replyBytesMax,
} from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type GatewayUnderTest,
  secret,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";

const me = "/api/2.0/preview/scim/v2/Me";
let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const opened: Channel[] = [];

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.log.length = 0;
  gateway.audit.length = 0;
});
afterEach(() => {
  workspace.clearFaults();
  for (const channel of opened.splice(0)) channel.socket.destroy();
});

function callFrame(id: number, call: object | string): Buffer {
  const given = typeof call === "string" ? call : JSON.stringify({ request_id: `r-${id}`, ...call });
  return encodeFrame(frameKind.call, id, given);
}

/** The far end of a channel, by hand. */
class Channel {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  closed = false;
  readonly #reader = new FrameReader(replyBytesMax, (frame) => this.frames.push(frame));

  /** `isNew`: the first that comes is the answer to the upgrade, in a piece of its own. */
  constructor(socket: Socket, isNew = false) {
    this.socket = socket;
    let head = isNew;
    socket.on("data", (chunk: Buffer) => {
      const frames = head ? chunk.subarray(chunk.indexOf("\r\n\r\n") + 4) : chunk;
      head = false;
      if (frames.length > 0) this.#reader.push(frames);
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.closed = true;
    });
    opened.push(this);
  }

  call(id: number, call: object | string): void {
    this.socket.write(callFrame(id, call));
  }

  async reply(id: number): Promise<Omit<CallReply, "body"> & { readonly body: Record<string, unknown> }> {
    const find = () => this.frames.find((frame) => frame.kind === frameKind.reply && frame.id === id);
    await until(() => find() !== undefined, `a reply to ${id}`);
    const { body, ...rest } = decodeReply(find()?.payload ?? Buffer.alloc(0));
    return { ...rest, body: JSON.parse(body.toString("utf8")) as Record<string, unknown> };
  }
}

function upgrade(
  of: GatewayUnderTest,
  headers: Record<string, string> = {},
  path: string = callChannel.path,
) {
  const asked = request(`${of.url}${path}`, {
    agent: false,
    headers: {
      connection: "upgrade",
      upgrade: callChannel.protocol,
      "x-gateway-secret": secret,
      ...headers,
    },
  });
  asked.end();
  return asked;
}

async function open(of = gateway): Promise<Channel> {
  const [reply, socket] = (await once(upgrade(of), "upgrade")) as [IncomingMessage, Socket];
  expect(reply.statusCode).toBe(101);
  return new Channel(socket);
}

test("a reply of /run says that there is a channel", async () => {
  expect((await gateway.run("me")).headers["x-gateway-calls"]).toBe(callChannel.protocol);
});

describe("an upgrade is refused", () => {
  test.each([
    ["without the secret", { "x-gateway-secret": "wrong" }, 401, "UNAUTHENTICATED"],
    ["for another host", { host: "evil.example" }, 403, "HOST_NOT_ALLOWED"],
    ["with a token that nobody reads", { authorization: `Bearer ${tokenOf.bob}` }, 401, "UNAUTHENTICATED"],
  ])("%s", async (_what, headers, status, code) => {
    const [reply] = (await once(upgrade(gateway, headers), "response")) as [IncomingMessage];
    const body = (await reply.toArray()).join("");
    expect([reply.statusCode, JSON.parse(body)]).toMatchObject([status, { error_code: code }]);
    expect(body).not.toContain(secret);
  });

  test("to another protocol or at another path: the request is answered as if it had not asked", async () => {
    for (const [headers, path, status] of [
      [{ upgrade: "websocket" }, callChannel.path, 404],
      [{ "content-length": "0" }, callChannel.path, 404],
      [{ upgrade: "h2c" }, "/health", 200],
      [{}, "/health", 200],
    ] as const) {
      const [reply] = (await once(upgrade(gateway, headers, path), "response")) as [IncomingMessage];
      reply.resume();
      expect(reply.statusCode).toBe(status);
    }
  });
});

describe("calls on one connection", () => {
  test("are each answered when they are done, a slow one behind those that came after it", async () => {
    workspace.addFault({ path: me, delayMs: 300 });
    const channel = await open();
    channel.call(1, { op: "me" });
    channel.call(2, { op: "list_catalogs" });
    expect((await channel.reply(2)).status).toBe(200);
    expect(channel.frames.map(({ id }) => id)).toEqual([2]);
    expect((await channel.reply(1)).body).toMatchObject({ userName: "alice@example.com" });
  });

  test("run each as its own identity, 300 at once", async () => {
    const channel = await open();
    const users = ["alice", "bob", "carol"] as const;
    for (let id = 0; id < 300; id++) {
      channel.call(id, { op: "me", auth: { token: tokenOf[users[id % 3] ?? "alice"] } });
    }
    for (let id = 0; id < 300; id++) {
      expect((await channel.reply(id)).body["userName"]).toBe(`${users[id % 3]}@example.com`);
    }
  });

  test("have a log line and an audit line each, with the id and the caller that they came with", async () => {
    const channel = await open();
    channel.call(1, {
      request_id: "given-1",
      caller: "eve@example.com",
      op: "list_schemas",
      params: { catalog: "main" },
    });
    channel.call(2, { request_id: "a b", op: "me" });
    await Promise.all([channel.reply(1), channel.reply(2)]);
    expect(gateway.log.find((line) => line["request_id"] === "given-1")).toMatchObject({
      method: "CALL",
      path: "/calls",
      op: "list_schemas",
      status: 200,
    });
    expect(gateway.audit).toHaveLength(2);
    expect(gateway.audit.find((line) => line["operation"] === "list_schemas")).toMatchObject({
      request_id: "given-1",
      caller: "eve@example.com",
      target: { catalog: "main" },
      outcome: "ok",
    });
    // An id that has no right shape is not believed.
    const other = gateway.audit.find((line) => line["operation"] === "me");
    expect(other).toMatchObject({ caller: "internal", request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test.each([
    ["an unknown operation", { op: "drop_everything" }, 404, "UNKNOWN_OPERATION"],
    ["bytes", { op: "read_file", params: { path: "/Volumes/a/b/c/d" } }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["an upload", { op: "write_file", params: { path: "/Volumes/a/b/c/d" } }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a stream", { op: "execute_query", params: { sql: "SELECT 1" } }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a bad parameter", { op: "list_schemas", params: { catalog: 1 } }, 400, "INVALID_PARAMETER_VALUE"],
    ["no JSON", "{", 400, "MALFORMED_REQUEST"],
    [
      "a host that is not configured",
      { op: "me", auth: { host: "https://evil.example" } },
      403,
      "HOST_NOT_ALLOWED",
    ],
    ["a bad token", { op: "me", auth: { token: "no-such-token" } }, 403, "PERMISSION_DENIED"],
  ])("that ask for %s fail alone", async (_what, call, status, code) => {
    const channel = await open();
    channel.call(1, call);
    channel.call(2, { op: "me" });
    expect(await channel.reply(1)).toMatchObject({ status, body: { error_code: code, status } });
    expect((await channel.reply(2)).status).toBe(200);
  });

  test("pass the wait on that Databricks asks for", async () => {
    workspace.addFault({ path: me, status: 429, headers: { "retry-after": "7" } });
    const channel = await open();
    channel.call(1, { op: "me" });
    expect(await channel.reply(1)).toMatchObject({ status: 429, retryAfterSeconds: 7 });
  });

  test("end at Databricks when they are cancelled, and when the connection breaks", async () => {
    workspace.addFault({ path: me, delayMs: 60_000, times: 2 });
    const channel = await open();
    channel.call(1, { op: "me" });
    await until(() => workspace.requests().length === 1, "the call at the workspace");
    channel.socket.write(encodeFrame(frameKind.cancel, 1));
    await until(() => gateway.audit.some((line) => line["outcome"] === "cancelled"), "the first one's end");
    channel.call(2, { op: "me" });
    await until(() => workspace.requests().length === 2, "the second call at the workspace");
    channel.socket.destroy();
    await until(
      () => gateway.audit.filter((line) => line["outcome"] === "cancelled").length === 2,
      "the second one's end",
    );
    expect(gateway.audit.map(({ status }) => status)).toEqual([499, 499]);
  });
});

describe("a connection is given up", () => {
  const call = callFrame(1, { op: "me" });
  test.each([
    ["a frame that is too long", Buffer.from([0x7f, 0, 0, 0, frameKind.call, 0, 0, 0, 1])],
    ["a frame that is too short", Buffer.from([0, 0, 0, 1, frameKind.call, 0, 0, 0, 1])],
    ["a kind that there is not", encodeFrame(99, 1)],
    ["a reply", encodeFrame(frameKind.reply, 1, "....")],
    ["the id of a call that runs", Buffer.concat([call, call])],
    ["HTTP", Buffer.from("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")],
  ])("for %s", async (_what, bytes) => {
    workspace.addFault({ path: me, delayMs: 1_000 });
    const channel = await open();
    channel.socket.write(bytes);
    await until(() => channel.closed, "the end of the connection");
    expect(channel.frames).toEqual([]);
  });
});

test("what comes behind a frame that ends the connection is not run", async () => {
  const channel = await open();
  channel.socket.write(Buffer.concat([encodeFrame(99, 1), callFrame(2, { op: "me" })]));
  await until(() => channel.closed, "the end of the connection");
  await gateway.run("list_catalogs");
  expect(gateway.audit.map(({ operation }) => operation)).toEqual(["list_catalogs"]);
});

test("a call that comes with the upgrade itself is run", async () => {
  const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
  const channel = new Channel(socket, true);
  const head = ["GET /calls HTTP/1.1", `Host: ${new URL(gateway.url).host}`, `X-Gateway-Secret: ${secret}`];
  head.push("Connection: Upgrade", `Upgrade: ${callChannel.protocol}`, "", "");
  socket.write(Buffer.concat([Buffer.from(head.join("\r\n")), callFrame(1, { op: "me" })]));
  expect((await channel.reply(1)).status).toBe(200);
});

test("the signal of a call is over when its reply is out", async () => {
  const signals: AbortSignal[] = [];
  const watched = await startGateway(workspace.url, undefined, {
    handlers: {
      me: async (_params, { signal }) => {
        signals.push(signal);
        return { userName: "x", id: "1", emails: [], active: true };
      },
    },
  });
  const channel = await open(watched);
  channel.call(1, { op: "me" });
  await channel.reply(1);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  await watched.close();
});

test("a call whose fields are wrong is logged with the id that it came with", async () => {
  const channel = await open();
  channel.call(1, { op: "me", workspace: "no name" });
  expect((await channel.reply(1)).body).toMatchObject({ request_id: "r-1" });
});

test("a reply that is on its way when the gateway closes arrives whole, however slowly it is read", async () => {
  const text = "x".repeat(12 * 1024 * 1024);
  const closing = await startGateway(workspace.url, undefined, {
    handlers: { me: async () => ({ userName: text, id: "1", emails: [], active: true }) },
  });
  const channel = await open(closing);
  channel.socket.pause();
  channel.call(1, { op: "me" });
  await until(() => closing.audit.length === 1, "the end of the call");
  const closed = closing.close();
  await delay(1_500);
  channel.socket.resume();
  expect((await channel.reply(1)).body["userName"]).toHaveLength(text.length);
  await closed;
});

test("a gateway that is closing takes no further connection", async () => {
  const closing = await startGateway(workspace.url);
  workspace.addFault({ path: me, delayMs: 500 });
  const busy = await open(closing);
  busy.call(1, { op: "me" });
  const half = connect(Number(new URL(closing.url).port), "127.0.0.1");
  half.write(`GET /calls HTTP/1.1\r\nHost: ${new URL(closing.url).host}\r\nX-Gateway-Secret: ${secret}\r\n`);
  await until(() => workspace.requests().length === 1, "the call at the workspace");
  const closed = closing.close();
  await until(() => busy.frames.some(({ kind }) => kind === frameKind.closing), "the farewell");
  half.write(`Connection: Upgrade\r\nUpgrade: ${callChannel.protocol}\r\n\r\n`);
  expect(String(await buffer(half))).toMatch(/^HTTP\/1\.1 503 .*TEMPORARILY_UNAVAILABLE/s);
  await closed;
});

test("a gateway that closes says so, lets what runs end, and does not wait for a client that stays", async () => {
  const closing = await startGateway(workspace.url);
  workspace.addFault({ path: me, delayMs: 400 });
  const [busy, idle] = [await open(closing), await open(closing)];
  busy.call(1, { op: "me" });
  await until(() => workspace.requests().length === 1, "the call at the workspace");
  const closed = closing.close();
  await until(() => idle.frames.some(({ kind }) => kind === frameKind.closing), "the farewell");
  expect((await busy.reply(1)).status).toBe(200);
  await closed;
  await until(() => busy.closed && idle.closed, "the end of both connections");
});
