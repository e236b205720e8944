import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Client, request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Nginx, nginxBinary, startNginx } from "./nginx.ts";
import { rawRequest, refusalOf } from "./raw-request.ts";
import { at, gatewaySecret, type Stack, startStack, volume } from "./start-stack.ts";

const size = 3_000_000;
const rows = 100_000;
const path = `${volume}/whole.bin`;
const ofUnknownLength = `${volume}/of-unknown-length.bin`;
const sql = JSON.stringify({
  sql: `SELECT id, repeat('x', 100) AS t FROM range(0, ${rows})`,
  row_limit: rows,
});
const formats = ["application/json", "application/x-ndjson", "application/vnd.apache.arrow.stream"];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await stack.call("PUT", at("/api/files", path), { body: Buffer.alloc(size, "x") });
  // Loads the driver, which takes a while.
  await stack.call("POST", "/api/query", { json: { sql: "SELECT 1" } });
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
  stack.workspace.clearStatements();
});

/** Databricks sends this file in chunks. */
function sendInChunks(cut: { readonly cutAfterBytes?: number } = {}): void {
  stack.workspace.addFault({
    method: "GET",
    path: `/api/2.0/fs/files${ofUnknownLength}`,
    status: 200,
    headers: { "content-type": "application/octet-stream", "transfer-encoding": "chunked" },
    body: "x".repeat(size),
    ...cut,
  });
}

const get = (target: string, version: string, headers: readonly string[] = []) =>
  [`GET ${target} HTTP/${version}`, "Host: localhost", ...headers, "", ""].join("\r\n");

function post(target: string, version: string, headers: readonly string[], body: string): string {
  const all = [
    "Host: localhost",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return [`POST ${target} HTTP/${version}`, ...all, "", body].join("\r\n");
}

const refusal = async (bytes: string, port = stack.port) => refusalOf(await rawRequest(port, bytes));

describe("a reply without a length, requested with HTTP/1.0", () => {
  it.each(formats)("returns 505 for a query in %s, and the query does not run", async (accept) => {
    const bytes = post("/api/query", "1.0", [`Accept: ${accept}`], sql);
    const reply = await rawRequest(stack.port, bytes);
    expect(refusalOf(reply)).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    expect(JSON.parse(reply.body)).toMatchObject({
      retryable: false,
      error: expect.stringContaining("proxy_http_version 1.1"),
    });
    expect(stack.workspace.requests()).toEqual([]);
  });

  it.each([
    ["keeps the connection", "1.0", ["Connection: keep-alive"]],
    ["says that it takes chunks", "1.0", ["TE: chunked"]],
    ["names HTTP/2 in the request line", "2.0", []],
  ])("returns 505 to a caller that %s", async (_what, version, headers) => {
    expect(await refusal(post("/api/query", version, headers, sql))).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("returns 505 for a download, and closes the request to Databricks", async () => {
    sendInChunks();
    const target = at("/api/files", ofUnknownLength);
    expect(await refusal(get(target, "1.0"))).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    await expect.poll(() => stack.workspace.openRequests()).toBe(0);
    const whole = await stack.call("GET", target);
    expect([whole.status, whole.bytes.length, whole.headers["content-length"]]).toEqual([
      200,
      size,
      undefined,
    ]);
  });

  it("returns 505 from the gateway's /run, and the operation does not run", async () => {
    const secret = [`X-Gateway-Secret: ${gatewaySecret}`];
    const local = (bytes: string) => bytes.replace("Host: localhost", `Host: localhost:${stack.gatewayPort}`);
    for (const format of ["json", "ndjson", "arrow"]) {
      const run = { op: "execute_query", params: { sql: "CREATE TABLE main.default.cut (a INT)", format } };
      const bytes = local(post("/run", "1.0", secret, JSON.stringify(run)));
      expect(await refusal(bytes, stack.gatewayPort)).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    }
    expect(stack.workspace.requests()).toEqual([]);
    expect(stack.audit.at(-1)).toMatchObject({ operation: "execute_query", status: 505 });
    sendInChunks();
    const download = { op: "read_file", params: { path: ofUnknownLength } };
    const bytes = local(post("/run", "1.0", secret, JSON.stringify(download)));
    expect(await refusal(bytes, stack.gatewayPort)).toBe("505 HTTP_VERSION_NOT_SUPPORTED");
    await expect.poll(() => stack.workspace.openRequests()).toBe(0);
  });
});

describe("a reply with a length, requested with HTTP/1.0,", () => {
  it.each([
    ["JSON", () => get("/api/catalogs", "1.0"), 200],
    ["a HEAD", () => get(at("/api/files", path), "1.0").replace("GET", "HEAD"), 200],
    ["a failure", () => get("/api/nothing", "1.0"), 404],
    ["a file", () => get(at("/api/files", path), "1.0"), 200],
    ["a part of a file", () => get(at("/api/files", path), "1.0", ["Range: bytes=0-9"]), 206],
    [
      "304",
      () => get(at("/api/files", path), "1.0", ["If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"]),
      304,
    ],
  ])("is sent in full: %s", async (_what, bytes, status) => {
    const reply = await rawRequest(stack.port, bytes());
    expect(reply.status).toBe(status);
    expect(status === 304 || /^content-length: \d+\r$/im.test(reply.text)).toBe(true);
  });

  it("is shorter than its Content-Length when it is cut", async () => {
    stack.workspace.addFault({ method: "GET", cutAfterBytes: 1_000_000 });
    const { text, body } = await rawRequest(stack.port, get(at("/api/files", path), "1.0"));
    expect(text.toLowerCase()).toContain(`content-length: ${size}\r\n`);
    expect(body.length).toBeLessThan(size);
    expect(body.length).toBeGreaterThan(0);
  });
});

interface Cut {
  readonly what: string;
  /** Starts what breaks in the middle of the body. */
  begin(origin: string): Promise<Awaited<ReturnType<typeof request>>>;
  /** Breaks it, unless it breaks by itself. */
  cut?(): Promise<void>;
}

const queryAs = (origin: string, accept: string, body = sql) =>
  request(`${origin}/api/query`, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body,
  });

const cuts: Cut[] = [
  ...formats
    .filter((each) => !each.includes("ndjson"))
    .map((accept) => ({
      what: `a query in ${accept} that fails`,
      begin: (origin: string) => {
        stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 3, status: 500 });
        return queryAs(origin, accept);
      },
    })),
  ...formats.map((accept) => ({
    what: `a query in ${accept} whose gateway is killed`,
    begin: (origin: string) => {
      stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 3, delayMs: 60_000 });
      return queryAs(origin, accept);
    },
    cut: () => stack.stopGateway(),
  })),
  {
    what: "a download of unknown length that Databricks breaks off",
    begin: (origin) => {
      sendInChunks({ cutAfterBytes: 1_000_000 });
      return request(origin + at("/api/files", ofUnknownLength));
    },
  },
  {
    what: "a download of known length that Databricks breaks off",
    begin: (origin) => {
      stack.workspace.addFault({ method: "GET", cutAfterBytes: 1_000_000 });
      return request(origin + at("/api/files", path));
    },
  },
];

/** The error that ends the reply before its end. How it breaks is up to who stands between. */
async function breakOf(each: Cut, origin: string): Promise<string> {
  const reply = await each.begin(origin);
  const reading = (async () => {
    for await (const _ of reply.body);
    return `whole, with status ${reply.statusCode}`;
  })().catch(String);
  if (each.cut !== undefined) {
    await delay(300);
    await each.cut();
    await stack.startGateway();
  }
  return reading;
}
const broken = /closed|terminated|reset|aborted/;

describe("over HTTP/1.1,", () => {
  it.each(cuts)("a cut reply never looks whole: $what", async (cut) => {
    expect(await breakOf(cut, stack.url)).toMatch(broken);
  });

  it("has GATEWAY_UNAVAILABLE in the log, unless its caller hung up", async () => {
    const lineOf = (id: string) => stack.log.api.find(({ request_id }) => request_id === id);
    stack.workspace.addFault({ method: "GET", cutAfterBytes: 1_000_000 });
    const cut = await request(stack.url + at("/api/files", path), { headers: { "x-request-id": "was-cut" } });
    await expect(cut.body.arrayBuffer()).rejects.toThrow(broken);
    await expect.poll(() => lineOf("was-cut")).toBeDefined();
    expect(lineOf("was-cut")).toMatchObject({
      status: 200,
      aborted: true,
      error_code: "GATEWAY_UNAVAILABLE",
    });
    stack.workspace.clearFaults();
    const left = await request(stack.url + at("/api/files", path), {
      headers: { "x-request-id": "has-left" },
    });
    left.body.on("error", () => undefined).destroy();
    await expect.poll(() => lineOf("has-left")).toBeDefined();
    expect(lineOf("has-left")).not.toHaveProperty("error_code");
  });

  it("also if its caller closes the connection afterwards", async () => {
    sendInChunks({ cutAfterBytes: 1_000_000 });
    const target = at("/api/files", ofUnknownLength);
    const { body } = await rawRequest(stack.port, get(target, "1.1", ["Connection: close"]));
    expect(body).toMatch(/^[\da-f]+\r\nx/);
    expect(body).not.toMatch(/\r\n0\r\n\r\n$/);
  });
});

describe.skipIf(nginxBinary === undefined)(
  "through a real nginx (skipped where there is none: ./scripts/bench.sh --install)",
  () => {
    let nginx: Nginx | undefined;
    afterEach(async () => {
      await nginx?.close();
      nginx = undefined;
    });

    it.each(cuts)("with HTTP/1.1, a cut reply never looks whole: $what", async (cut) => {
      nginx = await startNginx(stack.url, "proxy_http_version 1.1; proxy_set_header Connection '';");
      expect(await breakOf(cut, nginx.url)).toMatch(broken);
    });

    it("with HTTP/1.1, a complete reply arrives in full", async () => {
      nginx = await startNginx(stack.url, "proxy_http_version 1.1; proxy_set_header Connection '';");
      const body = JSON.stringify({ sql: "SELECT id FROM range(0, 20000)" });
      const reply = await queryAs(nginx.url, "application/x-ndjson", body);
      const lines = (await reply.body.text()).trimEnd().split("\n");
      expect(lines).toHaveLength(20_002);
      expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ complete: true, row_count: 20_000 });
    });

    it.each(formats)(
      "with HTTP/1.0, a query in %s returns an error that names the setting to change",
      async (accept) => {
        nginx = await startNginx(stack.url, "proxy_http_version 1.0;");
        const { statusCode, body } = await queryAs(nginx.url, accept);
        expect([statusCode, await body.json()]).toMatchObject([
          505,
          { error: expect.stringContaining("proxy_http_version 1.1") },
        ]);
        expect(stack.workspace.requests()).toEqual([]);
      },
    );

    it("with HTTP/1.0, a reply with a length arrives in full, and a cut file never looks whole", async () => {
      nginx = await startNginx(stack.url, "proxy_http_version 1.0;");
      const client = new Client(nginx.url);
      const list = await client.request({ method: "GET", path: "/api/catalogs" });
      expect([list.statusCode, await list.body.json()]).toMatchObject([200, { catalogs: expect.any(Array) }]);
      const file = await client.request({ method: "GET", path: at("/api/files", path) });
      expect((await file.body.arrayBuffer()).byteLength).toBe(size);
      await client.close();
      stack.workspace.addFault({ method: "GET", cutAfterBytes: 1_000_000 });
      const cut = await request(nginx.url + at("/api/files", path));
      await expect(cut.body.arrayBuffer()).rejects.toThrow(broken);
    });
  },
);

it("every sample configuration of nginx uses HTTP/1.1 to the front door", () => {
  const docs = new URL("../../../docs/", import.meta.url);
  const samples = readdirSync(docs)
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => readFileSync(new URL(name, docs), "utf8").match(/```nginx\n[\s\S]*?```/g) ?? [])
    .filter((sample) => /proxy_pass\s+http:\/\/127\.0\.0\.1:3001/.test(sample));
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(sample).toMatch(/proxy_http_version\s+1\.1;/);
});
