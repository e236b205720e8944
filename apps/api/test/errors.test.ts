import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { errorEnvelope } from "@front-door/operations";
import { productVersion } from "@front-door/service-runtime";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../src/app.ts";
import { createHttpServer } from "../src/http/http-server.ts";
import { loadConfig } from "../src/settings/config.ts";
import { at, gatewaySecret, type Stack, startStack, tokens, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ jsonBodyTimeoutMs: 300, unreadBodyLingerMs: 100 });
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const json = { "content-type": "application/json" };

/** Everything that comes back for these very bytes, until the connection closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(stack.port, "127.0.0.1", () => socket.write(text));
    let reply = "";
    socket.on("data", (chunk) => (reply += chunk.toString()));
    socket.on("close", () => resolve(reply));
    socket.on("error", reject);
  });
}

describe("a request that cannot be served", () => {
  it.each(["/nothing", "/api", "/api/me/", "/API/ME", "/api%2Fme", "/run", "/operations", "//api/me"])(
    "finds no route at %s",
    async (path) => {
      const answer = await stack.call("GET", path);
      expect([answer.status, answer.json.error_code]).toEqual([404, "NOT_FOUND"]);
    },
  );

  it("learns which methods a path supports", async () => {
    const answer = await stack.call("POST", "/api/files", { body: "x" });
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "DELETE, GET, HEAD, OPTIONS, PUT"]);
    expect((await stack.call("DELETE", "/api/me")).headers["allow"]).toBe("GET, HEAD, OPTIONS");
    const options = await stack.call("OPTIONS", "/api/volumes");
    expect([options.status, options.headers["allow"]]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
    expect((await stack.call("HEAD", "/api/catalogs")).status).toBe(200);
  });

  it.each([
    ["{", 400, "MALFORMED_REQUEST"],
    ["", 400, "MALFORMED_REQUEST"],
    ['{"a":"\\ud800"}', 400, "INVALID_PARAMETER_VALUE"],
    [`{"catalog":"${"x".repeat(64 * 1024)}"}`, 413, "PAYLOAD_TOO_LARGE"],
  ])("has a body of JSON, not %.20s", async (body, status, code) => {
    const answer = await stack.call("POST", "/api/volumes", { headers: json, body });
    expect([answer.status, answer.json.error_code]).toEqual([status, code]);
    expect(answer.json.error).not.toContain("xxxx");
  });

  it("is not read past 64 KiB, whether or not it says its size", async () => {
    for (const headers of [json, { ...json, "content-length": String(1 << 30) }]) {
      let sent = 0;
      async function* endless() {
        for (; sent < 1 << 30; sent += 1 << 16) yield Buffer.alloc(1 << 16, 0x20);
      }
      const init = { headers, body: endless() };
      const answer = await stack.call("PUT", "/api/settings/uc-schema", init);
      expect([answer.status, answer.json.error_code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
      expect(sent).toBeLessThan(64 << 20);
    }
  });

  it.each<Record<string, string>>([
    {},
    { "content-type": "text/plain" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "application/json; charset=latin1" },
    { ...json, "content-encoding": "gzip" },
  ])("has the right content type, not %j", async (headers) => {
    const answer = await stack.call("POST", "/api/volumes", { headers, body: "{}" });
    expect([answer.status, answer.json.error_code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  it.each([
    "/api/files?path=%",
    "/api/files?path=%zz",
    "/api/files?path=%ff",
    "/%c3%28",
    "/api/schemas?catalog=%c0%ae",
  ])("has a URL that can be decoded, not %s", async (path) => {
    const answer = await stack.call("GET", path);
    expect([answer.status, answer.json.error_code]).toEqual([400, "BAD_REQUEST"]);
  });

  it("is refused if its URL or its headers are too long", async () => {
    const long = await stack.call("GET", `/api/files?path=${"x".repeat(40_000)}`);
    expect([long.status, long.json.error_code]).toEqual([414, "URI_TOO_LONG"]);
    const headers = await raw(`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(70_000)}\r\n\r\n`);
    expect(headers).toMatch(/^HTTP\/1\.1 431 /);
    expect(bodyOf(headers)).toMatchObject({ status: 431, error_code: "REQUEST_HEADERS_TOO_LARGE" });
  });

  it("is HTTP", async () => {
    const nameless = await raw("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n");
    expect(bodyOf(nameless)).toMatchObject({ status: 400, error: "The Host header is missing." });
    const reply = await raw("HELLO\r\n\r\n");
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(bodyOf(reply)).toMatchObject({ status: 400, error_code: "BAD_REQUEST" });
  });

  it("is refused if its JSON arrives too slowly", async () => {
    const reply = await raw(
      "PUT /api/settings/uc-schema HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{",
    );
    expect(bodyOf(reply)).toMatchObject({ status: 408, error_code: "REQUEST_TIMEOUT" });
  });

  it("returns 409 if the settings file cannot be read or written, without its path", async () => {
    await mkdir(stack.settingsFile);
    const read = await stack.call("GET", "/api/settings/uc-schema");
    const write = await stack.call("PUT", "/api/settings/uc-schema", { json: { schema: "main.sales" } });
    for (const answer of [read, write]) {
      expect(answer.status).toBe(409);
      expect(answer.json).toMatchObject({ error_code: "RESOURCE_CONFLICT", retryable: false });
      expect(answer.text).not.toMatch(/EISDIR|\.env|\//);
    }
  });

  it("reveals nothing about a defect", async () => {
    const lines: string[] = [];
    const logger = pino({ base: {} }, { write: (line) => void lines.push(line) });
    // A client without its methods: the first use of it throws a TypeError.
    const gateway = {} as Parameters<typeof createApp>[0]["gateway"];
    const config = loadConfig({
      SETTINGS_FILE: `${stack.settingsFile}.absent`,
      GATEWAY_SECRET: gatewaySecret,
    });
    const server = createHttpServer(createApp({ config, gateway, logger }), logger).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/me`);
    const text = await answer.text();
    server.close();
    expect([answer.status, JSON.parse(text)]).toMatchObject([500, { error_code: "INTERNAL_ERROR" }]);
    expect(text).not.toMatch(/TypeError|not a function|\.ts/i);
    expect(lines.join("")).toContain("not a function");
  });
});

describe("without a gateway", () => {
  it("every operation returns 503, and works again when the gateway is back", async () => {
    expect((await stack.call("GET", "/api/me")).status).toBe(200);
    await stack.stopGateway();
    const answers = await Promise.all([
      stack.call("GET", "/api/me"),
      stack.call("GET", "/ready"),
      stack.call("GET", "/ready?deep=true"),
      stack.call("POST", "/api/volumes", { json: { catalog: "main", schema: "default", name: "x" } }),
      stack.call("DELETE", at("/api/files", `${volume}/x`)),
      stack.call("GET", at("/api/files", `${volume}/README.txt`)),
      stack.call("PUT", at("/api/files", `${volume}/x`), { body: "x" }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers["retry-after"]).toBe("1");
      expect(answer.json).toMatchObject({
        error: "Databricks service unavailable",
        error_code: "GATEWAY_UNAVAILABLE",
        retryable: true,
      });
    }
    expect((await stack.call("GET", "/health")).json).toEqual({ status: "ok", version: productVersion });
    await stack.startGateway();
    expect((await stack.call("GET", "/api/me")).status).toBe(200);
    expect((await stack.call("GET", "/ready")).json).toMatchObject({ status: "ready" });
  });
});

describe("the log", () => {
  it("has one id per request in both processes, which the caller may choose", async () => {
    const id = "caller-chose.this:1";
    const answer = await stack.call("GET", "/api/catalogs?max_results=1", {
      headers: { "x-request-id": id },
    });
    expect(answer.headers["x-request-id"]).toBe(id);
    await expect
      .poll(() => stack.log.api.filter((line) => line["request_id"] === id))
      .toMatchObject([
        {
          level: 30,
          method: "GET",
          path: "/api/catalogs",
          status: 200,
          op: "list_catalogs",
          duration_ms: expect.any(Number),
          bytes: expect.any(Number),
        },
      ]);
    await expect
      .poll(() => stack.log.gateway.filter((line) => line["request_id"] === id))
      .toMatchObject([{ op: "list_catalogs" }]);
  });

  it.each(["", "has space", "x".repeat(129), "<script>"])("replaces the request id %j", async (id) => {
    const answer = await stack.call("GET", "/nothing", { headers: { "x-request-id": id } });
    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(errorEnvelope.parse(answer.json).request_id).toBe(answer.headers["x-request-id"]);
  });

  it("has one line per request, a warning if it failed, and no secret in either process", async () => {
    const ofThisTest = { "x-request-id": "of-this-test" };
    const headers = { authorization: `Bearer ${tokens.alice}`, ...ofThisTest };
    const path = `${volume}/a secret path.txt`;
    await stack.call("PUT", at("/api/files", path), { headers, body: "a secret body" });
    await stack.call("GET", at("/api/files", path), { headers });
    await stack.call("GET", "/api/me", {
      headers: { authorization: "Bearer a-token-that-is-wrong", ...ofThisTest },
    });
    await stack.call("GET", "/api/me", {
      headers: { authorization: "Basic c2VjcmV0OnNlY3JldA==", ...ofThisTest },
    });
    const requestLines = () =>
      stack.log.api.filter((line) => line["msg"] === "request" && line["request_id"] === "of-this-test");
    await expect.poll(requestLines).toHaveLength(4);
    const lines = requestLines();
    expect(lines.map((line) => [line["op"], line["level"]])).toEqual([
      ["write_file", 30],
      ["read_file", 30],
      ["me", 40],
      ["me", 40],
    ]);
    expect(lines[0]).toMatchObject({ status: 201, bytes_in: 13 });
    const everything = JSON.stringify([stack.log.api, stack.log.gateway]);
    for (const secret of [
      ...Object.values(tokens),
      gatewaySecret,
      "a-token-that-is-wrong",
      "c2VjcmV0",
      "secret path",
      "secret body",
      "local-secret",
    ]) {
      expect(everything).not.toContain(secret);
    }
  });
});

function bodyOf(reply: string) {
  return errorEnvelope.parse(JSON.parse(reply.slice(reply.indexOf("\r\n\r\n") + 4)));
}
