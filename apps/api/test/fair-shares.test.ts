import { mkdtempSync, writeFileSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { at, type Stack, startStack, volume } from "./start-stack.ts";

const keys = { greedy: `fdk_${"greedy".padEnd(43, "x")}`, modest: `fdk_${"modest".padEnd(43, "x")}` };
const greedy = { "x-api-key": keys.greedy };
const modest = { "x-api-key": keys.modest };
const places = 8;
const share = 6;
const big = `${volume}/big.bin`;

let stack: Stack;
/** What callers hold open. */
const open: ClientRequest[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.destroy();
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const wedge = (headers: Record<string, string>, method: string, path: string, localAddress?: string) => {
  const answer = Promise.withResolvers<IncomingMessage>();
  const options = { method, headers, ...(localAddress === undefined ? {} : { localAddress }) };
  const sent = request(stack.url + path, options)
    .on("error", () => undefined)
    .on("response", answer.resolve);
  open.push(sent);
  return { sent, answer: answer.promise };
};
const put = (headers: Record<string, string>, name: string) =>
  stack.call("PUT", at("/api/files", `${volume}/${name}`), { headers, body: "x" });
const post = (headers: Record<string, string>, bytes: number) =>
  stack.call("POST", "/api/statements", { headers, json: { sql: " ".repeat(bytes) } });
const from = (address: string) => ({ "x-forwarded-for": address });
const wedgeCall = (headers: Record<string, string>, localAddress?: string) =>
  wedge(headers, "GET", "/api/me", localAddress).sent.end();

const arrived = (path: RegExp) => () =>
  stack.workspace.requests().filter((each) => path.test(each.path) && each.state === "open").length;
const wedgedCalls = arrived(/scim/);

function expectShareRefusal(answer: Awaited<ReturnType<Stack["call"]>>, what: string): void {
  expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "1"]);
  expect(answer.json).toMatchObject({
    error_code: "RESOURCE_EXHAUSTED",
    error: expect.stringContaining(`This caller's ${what} exceed its share of ${share}.`),
    retryable: true,
  });
}

const me = { path: "/api/2.0/preview/scim/v2/Me", delayMs: 600_000, times: share };

describe("with two API keys,", () => {
  beforeAll(async () => {
    const file = join(mkdtempSync(join(tmpdir(), "fair-shares-")), "keys.jsonl");
    const lines = Object.entries(keys).map(([name, key]) =>
      JSON.stringify({
        name,
        sha256: hashApiKey(key),
        operations: ["*"],
        expires: "2100-01-01T00:00:00.000Z",
      }),
    );
    writeFileSync(file, lines.join("\n"));
    stack = await startStack(
      { jsonBytesMax: 4 << 20 },
      { callsMax: places, streamsMax: places, settings: { API_AUTH: "api-key", API_KEYS_FILE: file } },
    );
    const body = Buffer.alloc(40 << 20);
    await stack.call("PUT", at("/api/files", big), { headers: greedy, body });
  });
  afterAll(() => stack.close());

  it("calls that hang use up one caller's share, and only that caller's next call is refused", async () => {
    stack.workspace.addFault(me);
    for (let index = 0; index < share; index++) wedgeCall(greedy);
    await expect.poll(wedgedCalls).toBe(share);
    expectShareRefusal(await stack.call("GET", "/api/catalogs", { headers: greedy }), "calls");
    expect((await stack.call("GET", "/api/catalogs", { headers: modest })).status).toBe(200);
  });

  it("a caller that hangs up gets its share back", async () => {
    stack.workspace.addFault(me);
    const sent = Array.from({ length: share }, () => wedgeCall(greedy));
    await expect.poll(wedgedCalls).toBe(share);
    sent[0]?.destroy();
    await expect
      .poll(async () => (await stack.call("GET", "/api/catalogs", { headers: greedy })).status)
      .toBe(200);
  });

  it("downloads that nobody reads use up one caller's share, and another caller's download arrives at once", async () => {
    const downloads = Array.from({ length: share }, () => wedge(greedy, "GET", at("/api/files", big)));
    for (const { sent, answer } of downloads) {
      sent.end();
      expect((await answer).statusCode).toBe(200);
    }
    const small = at("/api/files", big);
    const headers = { range: "bytes=0-9" };
    const [refused, served] = await Promise.all([
      stack.call("GET", small, { headers: { ...greedy, ...headers } }),
      stack.call("GET", small, { headers: { ...modest, ...headers } }),
    ]);
    expectShareRefusal(refused, "files");
    expect([served.status, served.bytes.length]).toEqual([206, 10]);
  });

  it("uploads that stall use up one caller's share, and another caller's file is stored at once", async () => {
    for (let index = 0; index < share; index++) {
      const path = at("/api/files", `${volume}/stopped-${index}`);
      wedge({ ...greedy, "content-length": "100" }, "PUT", path).sent.write("some");
    }
    await expect.poll(arrived(/stopped-/)).toBe(share);
    const [refused, served] = await Promise.all([put(greedy, "refused"), put(modest, "served")]);
    expectShareRefusal(refused, "files");
    expect(served.status).toBe(201);
  });

  it("JSON bodies that never end use up one caller's share, and another caller's body is read", async () => {
    const head = { "content-type": "application/json", "content-length": String(960 * 1024) };
    for (let index = 0; index < 3; index++) {
      wedge({ ...greedy, ...head }, "POST", "/api/statements").sent.write("{");
    }
    await expect.poll(async () => (await post(greedy, 480_000)).json.error_code).toBe("RESOURCE_EXHAUSTED");
    expect((await post(modest, 480_000)).json.error_code).toBe("INVALID_PARAMETER_VALUE");
    // A caller that hangs up no longer holds a body.
    for (const sent of open.splice(0)) sent.destroy();
    await expect
      .poll(async () => (await post(greedy, 480_000)).json.error_code)
      .toBe("INVALID_PARAMETER_VALUE");
  });
});

describe("callers that do not sign in", () => {
  beforeAll(async () => {
    stack = await startStack({}, { callsMax: places, settings: { TRUSTED_PROXIES: "127.0.0.2" } });
  });
  afterAll(() => stack.close());

  it("have separate shares by their addresses", async () => {
    stack.workspace.addFault(me);
    for (let index = 0; index < share; index++) wedgeCall({}, "127.0.0.5");
    await expect.poll(wedgedCalls).toBe(share);
    expectShareRefusal(await stack.call("GET", "/api/catalogs", { from: "127.0.0.5" }), "calls");
    expect((await stack.call("GET", "/api/catalogs", { from: "127.0.0.6" })).status).toBe(200);
  });

  it("have separate shares by the addresses that a trusted proxy forwards; other forwarded addresses are ignored", async () => {
    stack.workspace.addFault(me);
    for (let index = 0; index < share; index++) wedgeCall(from("203.0.113.1"), "127.0.0.2");
    await expect.poll(wedgedCalls).toBe(share);
    const call = (address: string, proxy: string) =>
      stack.call("GET", "/api/catalogs", { headers: from(address), from: proxy });
    expectShareRefusal(await call("203.0.113.1", "127.0.0.2"), "calls");
    expect((await call("203.0.113.2", "127.0.0.2")).status).toBe(200);
    expect((await call("203.0.113.1", "127.0.0.7")).status).toBe(200);
  });
});

describe("the only caller of an installation", () => {
  beforeAll(async () => {
    stack = await startStack({}, { callsMax: places, settings: { CALLER_SHARE_PERCENT: "100" } });
  });
  afterAll(() => stack.close());

  it("can use every place with CALLER_SHARE_PERCENT=100, and gets 503 beyond them", async () => {
    stack.workspace.addFault({ ...me, times: places });
    for (let index = 0; index < places; index++) wedgeCall({});
    await expect.poll(wedgedCalls).toBe(places);
    const refused = await stack.call("GET", "/api/catalogs");
    expect([refused.status, refused.json.error_code]).toEqual([503, "TEMPORARILY_UNAVAILABLE"]);
  });
});
