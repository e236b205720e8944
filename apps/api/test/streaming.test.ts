import { once } from "node:events";
import { type ClientRequest, IncomingMessage, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { at, type Stack, startStack, volume } from "./start-stack.ts";

const mebi = 1 << 20;
/** Far longer than a busy machine keeps this process waiting. */
const idleMs = 3_000;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ fileIdleTimeoutMs: idleMs, unreadBodyLingerMs: 200 });
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const url = (path: string, more = {}) => stack.url + at("/api/files", path, more);
const missing = async (path: string) =>
  expect((await stack.call("GET", at("/api/files", path))).status).toBe(404);
const nothingOpen = () => expect.poll(() => stack.workspace.openRequests()).toBe(0);

function begin(path: string, headers: Record<string, string | number>): ClientRequest {
  return request(url(path), { method: "PUT", headers }).on("error", () => undefined);
}

async function answerOf(upload: ClientRequest): Promise<{ status: number | undefined; text: string }> {
  const [reply] = (await once(upload, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of reply) text += String(chunk);
  return { status: reply.statusCode, text };
}

describe("an upload", () => {
  it.each([
    ["of known length", { "content-length": 100 * mebi }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("%s whose caller hangs up leaves no file and no open request", async (_, headers) => {
    const path = `${volume}/hung-up`;
    const upload = begin(path, headers);
    upload.write(Buffer.alloc(mebi));
    await expect
      .poll(() => stack.workspace.requests().some((each) => each.method === "PUT" && each.bodyBytes > 0))
      .toBe(true);
    upload.destroy();
    await expect
      .poll(() => stack.workspace.requests().find((each) => each.method === "PUT")?.state)
      .toBe("aborted");
    await nothingOpen();
    await missing(path);
  });

  it("that pauses too long returns 408 and leaves no file", async () => {
    const path = `${volume}/idle`;
    const upload = begin(path, { "content-length": 100 });
    upload.write("some");
    const { status, text } = await answerOf(upload);
    expect([status, JSON.parse(text).error_code]).toEqual([408, "REQUEST_TIMEOUT"]);
    await nothingOpen();
    await missing(path);
  });

  it("that trickles for longer than the allowed pause is stored", async () => {
    const path = `${volume}/trickle`;
    const upload = begin(path, {});
    for (let i = 0; i < 6; i++) {
      upload.write("x");
      await delay(idleMs / 4);
    }
    upload.end();
    expect(await answerOf(upload)).toMatchObject({
      status: 201,
      text: expect.stringContaining('"file_size":6'),
    });
  });

  it("is not idle while it waits for Databricks, nor before its next byte can be read", async () => {
    stack.workspace.addFault({ method: "PUT", delayMs: idleMs * 1.6 });
    const begun = performance.now();
    let isBusy = false;
    // oxlint-disable-next-line typescript/unbound-method -- called below with the request that it belongs to
    const { resume } = IncomingMessage.prototype;
    vi.spyOn(IncomingMessage.prototype, "resume").mockImplementation(function resumed(this: IncomingMessage) {
      const isLate = performance.now() - begun > idleMs * 1.5 && this.url?.startsWith("/api/files") === true;
      resume.call(this);
      // When this process goes on, twice the allowed pause has passed since the start.
      if (isLate && !isBusy) {
        isBusy = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, idleMs * 0.6);
      }
      return this;
    });
    const answer = await stack.call("PUT", at("/api/files", `${volume}/slow`), {
      body: Buffer.alloc(30 * mebi),
    });
    expect([isBusy, answer.status]).toEqual([true, 201]);
  });

  it("that is refused before its body is read gets the reply, and is not read to its end", async () => {
    for (const [target, status] of [
      [`${stack.url}/api/files`, 400],
      [url(`${volume}/../x`), 400],
      [`${stack.url}/nothing`, 404],
      [`${stack.url}/api/me`, 405],
    ] as const) {
      const upload = request(target, { method: "PUT", headers: { "content-length": 1 << 30 } }).on(
        "error",
        () => undefined,
      );
      const sent = pump(upload);
      expect((await answerOf(upload)).status).toBe(status);
      await closed(upload);
      expect(await sent).toBeLessThan(64 * mebi);
    }
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("that Databricks refuses gets the refusal, and is not read to its end", async () => {
    const upload = request(url("/Volumes/main/default/nowhere/f"), {
      method: "PUT",
      headers: { "content-length": 1 << 30 },
    }).on("error", () => undefined);
    const sent = pump(upload);
    const { status, text } = await answerOf(upload);
    expect([status, JSON.parse(text).status]).toEqual([404, 404]);
    await closed(upload);
    expect(await sent).toBeLessThan(256 * mebi);
    await nothingOpen();
  });

  it("gets 100 Continue only if it is acceptable", async () => {
    const headers = { expect: "100-continue", "content-length": 5 };
    const good = begin(`${volume}/expected`, headers);
    good.flushHeaders();
    await once(good, "continue");
    good.end("hello");
    expect((await answerOf(good)).status).toBe(201);

    const bad = begin(`${volume}/..`, headers);
    let continued = false;
    bad.on("continue", () => (continued = true));
    bad.flushHeaders();
    expect((await answerOf(bad)).status).toBe(400);
    expect(continued).toBe(false);
  });

  it("that Databricks cuts returns 502 and leaves no file", async () => {
    const path = `${volume}/cut`;
    stack.workspace.addFault({ method: "PUT", cutRequestAfterBytes: mebi });
    const upload = begin(path, { "content-length": 100 * mebi });
    void pump(upload, 100 * mebi);
    const { status, text } = await answerOf(upload);
    expect([status, JSON.parse(text).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
    await nothingOpen();
    await missing(path);
  });

  it("whose gateway dies returns 503 and leaves no file", async () => {
    const path = `${volume}/orphan`;
    const upload = begin(path, { "content-length": 10 * mebi });
    upload.write(Buffer.alloc(mebi));
    await expect.poll(() => stack.workspace.requests().some((each) => each.method === "PUT")).toBe(true);
    const [{ status, text }] = await Promise.all([answerOf(upload), stack.stopGateway()]);
    await stack.startGateway();
    expect([status, JSON.parse(text).error_code]).toEqual([503, "GATEWAY_UNAVAILABLE"]);
    await nothingOpen();
    await missing(path);
  });
});

describe("a large file", () => {
  const path = `${volume}/large.bin`;
  /** Far more than fits into the buffers of all sockets. That nobody holds it in memory is in scripts/large-files.test.ts. */
  const size = 64 * mebi;
  const block = Buffer.alloc(mebi);

  beforeAll(async () => {
    const upload = begin(path, { "content-length": size });
    for (let sent = 0; sent < size; sent += block.length) {
      if (!upload.write(block)) await once(upload, "drain");
    }
    upload.end();
    const { status, text } = await answerOf(upload);
    if (status !== 201 || !text.includes(String(size))) throw new Error(text);
  });

  it("is cancelled if its reader hangs up", async () => {
    const [reply] = (await once(request(url(path)).end(), "response")) as [IncomingMessage];
    await once(reply, "readable");
    expect(stack.workspace.openRequests()).toBe(1);
    reply.destroy();
    await nothingOpen();
    expect(stack.workspace.requests().at(-1)?.state).toBe("aborted");
  });

  it("is cancelled if its reader stops reading", async () => {
    const [reply] = (await once(request(url(path)).end(), "response")) as [IncomingMessage];
    reply.on("error", () => undefined);
    expect(stack.workspace.openRequests()).toBe(1);
    await nothingOpen();
    reply.destroy();
  });

  it("whose gateway dies never looks complete", async () => {
    const [reply] = (await once(request(url(path)).end(), "response")) as [IncomingMessage];
    await once(reply, "readable");
    await stack.stopGateway();
    const reading = (async () => {
      for await (const _ of reply);
    })();
    await expect(reading).rejects.toThrow(/aborted|reset/i);
    await stack.startGateway();
    await nothingOpen();
  });

  it("that breaks off at Databricks breaks off here, and never looks complete", async () => {
    stack.workspace.addFault({ method: "GET", cutAfterBytes: 5 * mebi });
    const [reply] = (await once(request(url(path)).end(), "response")) as [IncomingMessage];
    expect(reply.headers["content-length"]).toBe(String(size));
    const reading = (async () => {
      for await (const _ of reply);
    })();
    await expect(reading).rejects.toThrow(/aborted|reset/i);
    expect(reply.complete).toBe(false);
  });
});

/** Sends zeros until the connection is gone; how many bytes went out. */
async function pump(upload: ClientRequest, bytes = 1 << 30): Promise<number> {
  const block = Buffer.alloc(mebi);
  let sent = 0;
  while (!upload.closed && sent < bytes) {
    sent += block.length;
    if (!upload.write(block)) await drainedOrClosed(upload);
  }
  return sent;
}

/** However it closes: once the answer is here, a write that comes too late is nothing to hear of. */
function closed(upload: ClientRequest): Promise<void> {
  return new Promise((resolve) => (upload.closed ? resolve() : void upload.once("close", resolve)));
}

function drainedOrClosed(upload: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      upload.off("drain", done).off("close", done);
      resolve();
    };
    upload.once("drain", done).once("close", done);
  });
}
