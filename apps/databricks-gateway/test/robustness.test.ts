import { once } from "node:events";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { errorEnvelope } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  secret,
  startGateway,
  startWorkspace,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let hasty: GatewayUnderTest;
const files = "/Volumes/main/default/files";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  hasty = await startGateway(workspace.url, undefined, { limits: { callerIdleMs: 200 } });
});
afterAll(async () => {
  await gateway.close();
  await hasty.close();
  await workspace.close();
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

async function exchange(text: string, to: GatewayUnderTest): Promise<string> {
  const socket = connect(Number(new URL(to.url).port), "127.0.0.1");
  socket.write(text);
  return (await buffer(socket)).toString();
}

async function plant(directory: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  await Promise.all(names.map((name) => gateway.upload({ path: `${directory}/${name}` }, name)));
  workspace.clearRequests();
}

const deletions = () => workspace.requests().filter(({ method }) => method === "DELETE").length;

describe("a recursive deletion", () => {
  test("deletes nothing more once it has failed", async () => {
    await plant(`${files}/failing`, 5);
    const at = (name: string) => ({ method: "DELETE", path: `/api/2.0/fs/files${files}/failing/${name}` });
    const busy = { status: 429, headers: { "retry-after": "1" } };
    for (const name of ["f1", "f2", "f3", "f4"]) workspace.addFault({ ...at(name), ...busy });
    workspace.addFault({ ...at("f0"), delayMs: 100, status: 403 });
    const answer = await gateway.run("delete_directory", { path: `${files}/failing`, recursive: true });
    expect(answer.status).toBe(403);
    const before = deletions();
    await pause(1_500);
    expect(deletions()).toBe(before);
  });

  test("makes few calls while the listing lags behind", async () => {
    await plant(`${files}/lagging`, 1);
    workspace.addFault({ method: "DELETE", status: 404 });
    const call = gateway.run("delete_directory", { path: `${files}/lagging`, recursive: true });
    await pause(1_600);
    expect(workspace.requests().length).toBeLessThan(10);
    workspace.clearFaults();
    expect((await call).status).toBe(200);
  });

  test("also deletes what another caller adds meanwhile", async () => {
    await plant(`${files}/filling`, 1);
    // The listing of the second pass says that it is empty, which it is not.
    workspace.addFault({ method: "GET", nth: 2, status: 200, body: {} });
    workspace.addFault({ method: "DELETE", nth: 1, status: 404 });
    const answer = await gateway.run("delete_directory", { path: `${files}/filling`, recursive: true });
    expect([answer.status, answer.body]).toEqual([200, { deleted: 2 }]);
  });
});

describe("a download that might not be the file", () => {
  test.each([
    ["compressed on the way", { headers: { "content-encoding": "gzip" }, status: 200, body: "x" }],
    ["a part without Content-Range", { status: 206, body: "x" }],
  ])("is refused: %s", async (_, fault) => {
    workspace.addFault({ method: "GET", ...fault });
    const answer = await gateway.run("read_file", { path: `${files}/README.txt` });
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
  });

  test("returns 502 when Databricks breaks it off before the first byte", async () => {
    workspace.addFault({ method: "GET", cutAfterBytes: 0 });
    const answer = await gateway.run("read_file", { path: `${files}/README.txt` });
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  });

  test("is requested without compression", async () => {
    await gateway.run("read_file", { path: `${files}/README.txt` });
    expect(workspace.requests().at(-1)?.headers["accept-encoding"]).toBe("identity");
  });
});

test("a listing with an empty body is an error, not an empty listing", async () => {
  workspace.addFault({ method: "GET", status: 200, body: "" });
  const answer = await gateway.run("list_schemas", { catalog: "main" });
  expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
});

test("an empty auth is refused and never means the gateway's own identity", async () => {
  const { port } = new URL(gateway.url);
  const answer = await fetch(`http://127.0.0.1:${port}/run`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-gateway-secret": secret },
    body: JSON.stringify({ op: "me", params: {}, auth: {} }),
  });
  expect(answer.status).toBe(400);
  expect(workspace.requests()).toEqual([]);
});

test("a literal %00 in a name is only a name", async () => {
  const path = `${files}/100%00.txt`;
  expect((await gateway.upload({ path }, "x")).status).toBe(200);
  expect((await gateway.run("delete_file", { path })).status).toBe(200);
});

test("a caller who may write but not read can write a file and create a directory", async () => {
  workspace.addFault({ method: "HEAD", status: 403 });
  const file = await gateway.upload({ path: `${files}/blind.txt` }, "blind");
  expect([file.status, file.body]).toMatchObject([200, { file_size: 5, created: false }]);
  const directory = await gateway.run("create_directory", { path: `${files}/blind` });
  expect([directory.status, directory.body]).toMatchObject([200, { created: false }]);
  workspace.clearFaults();
  expect((await gateway.run("file_metadata", { path: `${files}/blind.txt` })).status).toBe(200);
});

const envelopeOf = (reply: string) => errorEnvelope.parse(JSON.parse(reply.split("\r\n\r\n")[1] ?? ""));

describe("a malformed request", () => {
  test.each([
    ["a URL that cannot be decoded", "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400],
    ["text that is not HTTP", "hello\r\n\r\n", 400],
    ["endless headers", `GET / HTTP/1.1\r\nx: ${"y".repeat(70_000)}\r\n\r\n`, 431],
  ])("gets the error envelope: %s", async (_, text, status) => {
    const reply = await exchange(text, gateway);
    expect(reply).toContain(`HTTP/1.1 ${status} `);
    expect(envelopeOf(reply).status).toBe(status);
  });

  test("is cut when its JSON body does not arrive", async () => {
    const { port } = new URL(hasty.url);
    const head = `POST /run HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nx-gateway-secret: ${secret}\r\n`;
    await exchange(`${head}content-type: application/json\r\ncontent-length: 50\r\n\r\n{"op":`, hasty);
    await expect.poll(() => hasty.log).toMatchObject([{ path: "/run", status: 499 }]);
  });

  test("is cut when its body does not arrive, at a path that does not exist and without the secret", async () => {
    const { port } = new URL(hasty.url);
    const head = `POST /nothing HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
    // It would never end if the connection were held.
    await exchange(`${head}content-length: 50\r\n\r\n{`, hasty);
    await expect.poll(() => hasty.log.at(-1)).toMatchObject({ path: "/nothing" });
  });

  test("behind another request never becomes that request's reply", async () => {
    workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", delayMs: 300 });
    const { port } = new URL(gateway.url);
    const body = JSON.stringify({ op: "me", params: {} });
    const head = `POST /run HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nx-gateway-secret: ${secret}\r\n`;
    const first = `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    expect(await exchange(`${first}GARBAGE\r\n\r\n`, gateway)).toBe("");
  });
});

const runHeader = (path: string) => JSON.stringify({ op: "write_file", params: { path } });
const bytesOf = (headers: readonly string[], body: string, path = "/run") => {
  const { host } = new URL(gateway.url);
  const all = [`Host: ${host}`, `Content-Length: ${body.length}`, "Connection: close", ...headers];
  return [`POST ${path} HTTP/1.1`, ...all, "", body].join("\r\n");
};

describe("a request with Expect", () => {
  const withSecret = `X-Gateway-Secret: ${secret}`;

  test.each([
    ["a file", ["Content-Type: application/octet-stream"], "abc"],
    ["JSON", ["Content-Type: application/json"], '{"op":"me"}'],
  ])("of 100-continue is asked for its body: %s", async (_what, headers, body) => {
    const run = body === "abc" ? [`X-Gateway-Run: ${runHeader(`${files}/expected.bin`)}`] : [];
    const all = [...headers, ...run, withSecret, "Expect: 100-continue"];
    const reply = await exchange(bytesOf(all, body), gateway);
    expect(reply).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  test("of 100-continue is refused without its body when the secret is missing", async () => {
    const headers = ["Content-Type: application/json", "Expect: 100-continue"];
    const reply = await exchange(bytesOf(headers, '{"op":"me"}'), gateway);
    expect(reply).toMatch(/^HTTP\/1\.1 401 /);
  });

  test("of something unknown is served as if it expected nothing", async () => {
    const headers = ["Content-Type: application/json", withSecret, "Expect: the-unexpected"];
    const reply = await exchange(bytesOf(headers, '{"op":"me"}'), gateway);
    expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("whose body never comes does not hold up the end of the gateway", async () => {
    const closing = await startGateway(workspace.url);
    const { host, port } = new URL(closing.url);
    const socket = connect(Number(port), "127.0.0.1");
    const head = [`POST /run HTTP/1.1`, `Host: ${host}`, withSecret, "Expect: 100-continue"];
    socket.write([...head, "Content-Type: application/json", "Content-Length: 9", "", ""].join("\r\n"));
    await once(socket, "data");
    await closing.close();
    await expect.poll(() => socket.destroyed).toBe(true);
  });
});
