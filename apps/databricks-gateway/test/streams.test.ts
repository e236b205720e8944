import { connect } from "node:net";
import { Readable } from "node:stream";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { encodeRunHeader } from "@front-door/operations";
import { Agent, request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { currentAuth } from "../src/auth/auth-context.ts";
import {
  errorOf,
  type GatewayUnderTest,
  secret,
  startGateway,
  startWorkspace,
  until,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
/** Gives Databricks one second for each pause, and a caller one and a half. */
let hasty: GatewayUnderTest;

const files = "/Volumes/main/default/files";
const big = `${files}/big.bin`;
const mebibyte = 1024 * 1024;
/** Far more than fits into the buffers of three sockets. */
const bigBytes = 64 * mebibyte;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  hasty = await startGateway(workspace.url, undefined, { limits: { timeoutMs: 1_000, callerIdleMs: 1_500 } });
});
afterAll(async () => {
  await gateway.close();
  await hasty.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.log.length = 0;
  hasty.log.length = 0;
});
afterEach(() => workspace.clearFaults());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function* pieces(total: number): Generator<Buffer> {
  const piece = Buffer.alloc(mebibyte, "x");
  for (let sent = 0; sent < total; sent += piece.length) yield piece;
}

// That neither process holds it in memory is in scripts/large-files.test.ts.
describe("a large file", () => {
  test("is uploaded as it comes", async () => {
    const answer = await gateway.upload({ path: big }, Readable.from(pieces(bigBytes)));
    expect(answer.body).toMatchObject({ file_size: bigBytes });
    expect(workspace.requests().at(-1)).toMatchObject({ bodyBytes: bigBytes, state: "done" });
  });

  test("is sent by Databricks only as fast as it is read", async () => {
    const reply = await gateway.open("read_file", { path: big });
    await pause(700);
    expect(workspace.requests()[0]?.state).toBe("open");
    reply.body.on("error", () => {}).destroy();
    await until(() => workspace.openRequests() === 0, "the download is ended");
    expect(workspace.requests()[0]?.state).toBe("aborted");
    await until(() => gateway.log.some((line) => line["status"] === 499), "499 in the log");
    // What the gateway took fits into the buffers of three sockets.
    expect(gateway.log.at(-1)?.["bytes"]).toBeLessThan(32 * mebibyte);
    expect(currentAuth()).toBeUndefined();
  });

  test("cuts a reader off that stops for too long, but never one that reads slowly", async () => {
    const reply = await hasty.open("read_file", { path: big });
    let bytes = 0;
    for await (const piece of reply.body as AsyncIterable<Buffer>) {
      const before = bytes;
      bytes += piece.length;
      // Five pauses, each far below the limit, together above it.
      const crossed = Math.floor(bytes / (12 * mebibyte)) > Math.floor(before / (12 * mebibyte));
      if (crossed) await pause(400);
    }
    expect(bytes).toBe(bigBytes);
    await until(() => hasty.log.some((line) => line["bytes"] === bigBytes), "the bytes are in the log");

    const stopped = await hasty.open("read_file", { path: big });
    await until(() => workspace.openRequests() === 0, "the download is ended");
    await expect(stopped.body.arrayBuffer()).rejects.toThrow(/closed|terminated|reset|hang up/i);
    expect(hasty.log.at(-1)).toMatchObject({ error_code: "REQUEST_TIMEOUT", op: "read_file" });
  });
});

describe("Databricks breaks off a download", () => {
  test("a cut reaches the caller as a broken connection, never as an end", async () => {
    workspace.addFault({ method: "GET", cutAfterBytes: mebibyte });
    const reply = await gateway.open("read_file", { path: big });
    expect(reply.statusCode).toBe(200);
    await expect(reply.body.arrayBuffer()).rejects.toThrow(/closed|terminated|reset|hang up/i);
    await until(
      () => gateway.log.some((line) => line["error_code"] === "UPSTREAM_UNREACHABLE"),
      "the reason is in the log",
    );
  });

  test("silence in the middle ends it after the limit of one pause", async () => {
    workspace.addFault({ method: "GET", stallBodyAfterBytes: mebibyte });
    const reply = await hasty.open("read_file", { path: big });
    await expect(reply.body.arrayBuffer()).rejects.toThrow(/closed|terminated|reset|hang up/i);
    await until(() => workspace.openRequests() === 0, "the download is ended");
  });
});

async function exists(path: string): Promise<boolean> {
  return (await gateway.run("file_metadata", { path })).status === 200;
}

/** Sends the head of an upload and `body`, and leaves the connection open. */
function startRawUpload(path: string, bodyHeader: string, body: string) {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const run = encodeRunHeader({ op: "write_file", params: { path } });
  socket.write(
    `POST /run HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Gateway-Secret: ${secret}\r\nX-Gateway-Run: ${run}\r\n` +
      `Content-Type: application/octet-stream\r\n${bodyHeader}\r\n\r\n${body}`,
  );
  return socket;
}

async function* slowly() {
  for (let piece = 0; piece < 6; piece++) {
    await pause(300);
    yield Buffer.alloc(1000);
  }
}

describe("uploads", () => {
  let serial = 0;
  const fresh = () => `${files}/stream-${++serial}.bin`;

  test.each([
    ["with a length", "Content-Length: 1000000", "x".repeat(1000)],
    ["chunked", "Transfer-Encoding: chunked", `3e8\r\n${"x".repeat(1000)}\r\n`],
  ])(
    "one that the caller breaks off (%s) stores nothing and leaves nothing open",
    async (_how, header, body) => {
      const path = fresh();
      const socket = startRawUpload(path, header, body);
      await until(
        () => (workspace.requests().at(-1)?.bodyBytes ?? 0) >= 1000,
        "the first bytes are at Databricks",
      );
      socket.destroy();
      await until(() => workspace.openRequests() === 0, "the upload is ended");
      expect(workspace.requests().at(-1)?.state).toBe("aborted");
      expect(await exists(path)).toBe(false);
      await until(() => gateway.log.some((line) => line["status"] === 499), "499 in the log");
    },
  );

  test("one that breaks off leaves the file that was there as it was", async () => {
    const path = fresh();
    await gateway.upload({ path }, "before");
    const socket = startRawUpload(path, "Transfer-Encoding: chunked", `3e8\r\n${"x".repeat(1000)}\r\n`);
    await until(
      () => (workspace.requests().at(-1)?.bodyBytes ?? 0) >= 1000,
      "the first bytes are at Databricks",
    );
    socket.destroy();
    await until(() => workspace.openRequests() === 0, "the upload is ended");
    expect((await gateway.run("read_file", { path })).text).toBe("before");
  });

  test("a known length is announced to Databricks, an unknown one is sent in chunks", async () => {
    await gateway.upload({ path: fresh() }, Buffer.alloc(5));
    expect(workspace.requests().at(-1)?.headers).toMatchObject({ "content-length": "5" });
    await gateway.upload({ path: fresh() }, Readable.from(pieces(2 * mebibyte)));
    expect(workspace.requests().at(-1)?.headers).toMatchObject({ "transfer-encoding": "chunked" });
  });

  test.each([
    ["forbids it", { status: 403, body: { error_code: "PERMISSION_DENIED", message: "no" } }, 403],
    ["is too busy", { status: 429, headers: { "retry-after": "3" }, body: "" }, 429],
    ["fails", { status: 500, body: "oh" }, 502],
    ["claims to have stored it", { status: 204 }, 502],
  ])("Databricks %s before the body is sent: the caller learns it at once", async (_what, fault, status) => {
    workspace.addFault({ method: "PUT", ...fault });
    // A body that never ends by itself.
    const body = new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(64 * 1024)), 5);
      },
    });
    const answer = await gateway.upload({ path: fresh() }, body);
    expect(answer.status).toBe(status);
    expect(errorOf(answer).status).toBe(status);
    body.destroy();
  });

  test("returns 502 when Databricks cuts the connection in the middle of an upload", async () => {
    workspace.addFault({ method: "PUT", cutRequestAfterBytes: mebibyte });
    const answer = await gateway.upload({ path: fresh() }, Readable.from(pieces(8 * mebibyte)));
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  });

  test("a refused upload whose body arrives whole keeps its connection for the next request", async () => {
    // One connection, so that the next request has to use it.
    const dispatcher = new Agent({ connections: 1 });
    const headers = { "content-type": "application/json", "x-gateway-secret": secret };
    workspace.addFault({ method: "PUT", status: 403, body: "" });
    const refused = await request(`${gateway.url}/run`, {
      method: "POST",
      dispatcher,
      headers: {
        ...headers,
        "content-type": "application/octet-stream",
        "x-gateway-run": encodeRunHeader({ op: "write_file", params: { path: fresh() } }),
      },
      body: Buffer.alloc(4 * mebibyte),
    });
    expect(refused.statusCode).toBe(403);
    await refused.body.dump();
    workspace.addFault({ method: "GET", delayMs: 2_300 });
    const next = await request(`${gateway.url}/run`, {
      method: "POST",
      dispatcher,
      headers,
      body: '{"op":"me"}',
    });
    expect(next.statusCode).toBe(200);
    await dispatcher.destroy();
  });

  test("a caller that stops in the middle is cut off after the limit of one pause", async () => {
    const path = fresh();
    const body = new Readable({ read() {} });
    body.push(Buffer.alloc(1000));
    const answer = await hasty.upload({ path }, body);
    expect(answer.status).toBe(408);
    body.destroy();
    await until(() => workspace.openRequests() === 0, "the upload is ended");
    expect(await exists(path)).toBe(false);
  });

  test("a slow but steady upload may take longer than the limit of one pause", async () => {
    const path = fresh();
    const answer = await hasty.upload({ path }, Readable.from(slowly()));
    expect(answer.body).toMatchObject({ file_size: 6000 });
  });
});

describe("read_file under conditions", () => {
  const path = `${files}/conditions.txt`;
  let etag: string;
  let lastModified: string;

  beforeAll(async () => {
    await gateway.upload({ path }, "0123456789");
    const { body } = await gateway.run("file_metadata", { path });
    etag = body.etag;
    lastModified = new Date(body.last_modified).toUTCString();
  });

  const read = (params: object) => gateway.run("read_file", { path, ...params });
  const long = "Sat, 01 Jan 2000 00:00:00 GMT";

  test("without conditions it makes one call", async () => {
    expect((await read({})).text).toBe("0123456789");
    expect(workspace.requests().map(({ method }) => method)).toEqual(["GET"]);
  });

  test("a range is passed on, and the reply describes the whole file", async () => {
    const answer = await read({ range: "bytes=2-4" });
    expect([answer.status, answer.text]).toEqual([206, "234"]);
    expect(answer.headers).toMatchObject({
      "content-range": "bytes 2-4/10",
      "content-length": "3",
      "accept-ranges": "bytes",
      etag,
      "last-modified": lastModified,
    });
  });

  test.each(["bytes=0-1,3-4", "bytes=5-2", "bytes=x", "lines=0-1", "bytes=-"])(
    "the range %s gives the whole file",
    async (range) => {
      const answer = await read({ range });
      expect([answer.status, answer.text]).toEqual([200, "0123456789"]);
    },
  );

  test("returns the whole file when Databricks ignores the range", async () => {
    workspace.addFault({
      method: "GET",
      status: 200,
      body: "0123456789",
      headers: { "content-type": "application/octet-stream", "content-length": "10" },
    });
    const answer = await read({ range: "bytes=2-4" });
    expect([answer.status, answer.text]).toEqual([200, "0123456789"]);
    expect(answer.headers).not.toHaveProperty("content-range");
  });

  test("returns 416 with the length of the file for a range past the end", async () => {
    const answer = await read({ range: "bytes=10-" });
    expect([answer.status, errorOf(answer).error_code]).toEqual([416, "RANGE_NOT_SATISFIABLE"]);
    expect(answer.headers["content-range"]).toBe("bytes */10");
  });

  test("returns 304 without a body for If-None-Match with the file's ETag", async () => {
    const answer = await read({ if_none_match: `"other", ${etag}` });
    expect([answer.status, answer.text]).toEqual([304, ""]);
    expect(answer.headers).toMatchObject({ etag, "last-modified": lastModified });
    expect(workspace.requests().map(({ method }) => method)).toEqual(["HEAD"]);
  });

  test("the GET is pinned to the version that the conditions were decided for", async () => {
    expect((await read({ if_none_match: '"other"' })).status).toBe(200);
    expect(
      workspace.requests().map(({ method, headers }) => [method, headers["if-unmodified-since"]]),
    ).toEqual([
      ["HEAD", undefined],
      ["GET", lastModified],
    ]);
  });

  test("a file that changes between HEAD and GET is read again", async () => {
    workspace.addFault({ method: "GET", times: 1, status: 412, body: "" });
    expect((await read({ if_none_match: '"other"' })).status).toBe(200);
    expect(workspace.requests().map(({ method }) => method)).toEqual(["HEAD", "GET", "HEAD", "GET"]);
  });

  test("dates: returns 304 when the file is not newer, 412 when it is", async () => {
    expect((await read({ if_modified_since: lastModified })).status).toBe(304);
    expect((await read({ if_modified_since: long })).status).toBe(200);
    expect((await read({ if_unmodified_since: lastModified })).status).toBe(200);
    const changed = await read({ if_unmodified_since: long });
    expect([changed.status, errorOf(changed).error_code]).toEqual([412, "PRECONDITION_FAILED"]);
  });

  test("If-Match needs a strong ETag, and ours is weak; * matches any file", async () => {
    expect((await read({ if_match: etag })).status).toBe(412);
    expect((await read({ if_match: "*" })).status).toBe(200);
  });

  test("If-Range keeps the range for the same date and returns the whole file otherwise", async () => {
    expect((await read({ range: "bytes=0-1", if_range: lastModified })).status).toBe(206);
    expect((await read({ range: "bytes=0-1", if_range: long })).status).toBe(200);
    expect((await read({ range: "bytes=0-1", if_range: etag })).status).toBe(200);
  });
});
