import { encodeRunHeader } from "@front-door/operations";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rawRequest, refusalOf } from "./raw-request.ts";
import { at, gatewaySecret, type Stack, startStack, tokens, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(
    { jsonBodyTimeoutMs: 300, fileIdleTimeoutMs: 300, unreadBodyLingerMs: 50 },
    { headersTimeoutMs: 300 },
  );
});
afterAll(() => stack.close());
beforeEach(() => stack.workspace.clearRequests());

interface Lines {
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** A request as bytes; nothing in it is checked or encoded on the way. */
function bytesOf(line: string, { host = "localhost", headers = [], body = "" }: Lines = {}): Buffer {
  const head = [`${line} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headers, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

function post(path: string, type: string, body: string | Buffer, headers: readonly string[] = []): Buffer {
  const length = Buffer.byteLength(body);
  const all = [`Content-Type: ${type}`, `Content-Length: ${length}`, ...headers];
  return bytesOf(`POST ${path}`, { headers: all, body });
}

/** A body in chunks, one of which has the first bytes of gzip. */
function coded(line: string, coding: string): Buffer {
  const body = Buffer.from("4\r\n\x1f\x8b\x08\x00\r\n0\r\n\r\n", "latin1");
  return bytesOf(line, { headers: ["Content-Type: application/json", coding], body });
}

const json = "application/json";
const make = '{"catalog":"main","schema":"default","name":"hostile"}';
const evil = ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"];
const me = "GET /api/me";
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}[]${"}".repeat(levels - 1)}`;
const query = (sql: string) => post("/api/query", json, sql);
const fileAt = (path: string) => `GET /api/files?path=${path}`;

const table: Record<string, readonly (readonly [what: string, bytes: Buffer, refusal: string])[]> = {
  "a proxy that is none": [
    [
      "a token",
      bytesOf(me, { headers: [`X-Forwarded-Access-Token: ${tokens.alice}`] }),
      "403 PROXY_NOT_TRUSTED",
    ],
    [
      "an e-mail",
      bytesOf(me, { headers: ["X-Forwarded-Email: alice@example.com"] }),
      "403 PROXY_NOT_TRUSTED",
    ],
    ["a user", bytesOf(me, { headers: ["x-forwarded-USER: alice"] }), "403 PROXY_NOT_TRUSTED"],
    [
      "a name, and an address that is trusted elsewhere",
      bytesOf(me, { headers: ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Preferred-Username: al"] }),
      "403 PROXY_NOT_TRUSTED",
    ],
    [
      "another host",
      bytesOf(me, { host: "evil.example", headers: ["X-Forwarded-Host: localhost"] }),
      "403 HOST_NOT_ALLOWED",
    ],
  ],
  "a host that is not this one": [
    ["foreign", bytesOf(me, { host: "evil.example" }), "403 HOST_NOT_ALLOWED"],
    [
      "rebound",
      bytesOf(me, { host: "evil.example:3001", headers: ["Sec-Fetch-Site: same-origin"] }),
      "403 HOST_NOT_ALLOWED",
    ],
    ["a look-alike", bytesOf(me, { host: "localhost.evil.example" }), "403 HOST_NOT_ALLOWED"],
    [
      "a look-alike with a user",
      bytesOf(me, { host: "localhost:3001@evil.example" }),
      "403 HOST_NOT_ALLOWED",
    ],
    ["another address", bytesOf(me, { host: "169.254.169.254" }), "403 HOST_NOT_ALLOWED"],
    ["none", Buffer.from(`${me} HTTP/1.1\r\nConnection: close\r\n\r\n`), "400 BAD_REQUEST"],
    ["an empty one", bytesOf(me, { host: "" }), "400 BAD_REQUEST"],
    ["two", bytesOf(me, { headers: ["Host: evil.example"] }), "400 BAD_REQUEST"],
    ["the same twice", bytesOf(me, { headers: ["Host: localhost"] }), "400 BAD_REQUEST"],
    ["in the target", bytesOf("GET http://localhost/api/me"), "400 BAD_REQUEST"],
    ["another in the target", bytesOf("GET http://evil.example/api/me"), "400 BAD_REQUEST"],
  ],
  "a page of another origin": [
    [
      "a form",
      post("/api/volumes", "application/x-www-form-urlencoded", "a=1", evil),
      "403 ORIGIN_NOT_ALLOWED",
    ],
    [
      "a form with files",
      post("/api/volumes", "multipart/form-data; boundary=x", "--x--", evil),
      "403 ORIGIN_NOT_ALLOWED",
    ],
    ["JSON as text", post("/api/volumes", "text/plain", make, evil), "403 ORIGIN_NOT_ALLOWED"],
    ["JSON", post("/api/volumes", json, make, evil), "403 ORIGIN_NOT_ALLOWED"],
    ["no body", post("/api/statements/01ef/cancel", json, "", evil), "403 ORIGIN_NOT_ALLOWED"],
    ["a frame of no origin", post("/api/volumes", json, make, ["Origin: null"]), "403 ORIGIN_NOT_ALLOWED"],
    [
      "a browser that hides its origin",
      post("/api/volumes", json, make, ["Sec-Fetch-Site: cross-site"]),
      "403 ORIGIN_NOT_ALLOWED",
    ],
    [
      "another port",
      post("/api/volumes", json, make, ["Origin: http://localhost:1"]),
      "403 ORIGIN_NOT_ALLOWED",
    ],
    ["no origin at all", post("/api/volumes", "text/plain", make), "415 UNSUPPORTED_MEDIA_TYPE"],
    [
      "an upload",
      bytesOf(`PUT /api/files?path=${volume}/x`, { headers: [...evil, "Content-Length: 1"], body: "x" }),
      "403 ORIGIN_NOT_ALLOWED",
    ],
    [
      "a deletion",
      bytesOf(`DELETE /api/files?path=${volume}/README.txt`, { headers: evil }),
      "403 ORIGIN_NOT_ALLOWED",
    ],
    [
      "a preflight",
      bytesOf("OPTIONS /api/volumes", { headers: [...evil, "Access-Control-Request-Method: POST"] }),
      "403 ORIGIN_NOT_ALLOWED",
    ],
  ],
  "path traversal": [
    ["encoded dots", bytesOf(fileAt(`${volume}/%2e%2e/x`)), "400 INVALID_PARAMETER_VALUE"],
    ["encoded twice", bytesOf(fileAt(`${volume}/%252e%252e/x`)), "400 INVALID_PARAMETER_VALUE"],
    ["encoded slashes", bytesOf(fileAt(`${volume}/..%2f..%2fx`)), "400 INVALID_PARAMETER_VALUE"],
    ["encoded backslashes", bytesOf(fileAt(`${volume}/..%5c..%5cx`)), "400 INVALID_PARAMETER_VALUE"],
    ["overlong dots", bytesOf(fileAt(`${volume}/%c0%ae%c0%ae/x`)), "400 BAD_REQUEST"],
    ["in the route", bytesOf("GET /api/files/%2e%2e/me"), "404 NOT_FOUND"],
    ["unencoded in the route", bytesOf("GET /api/../api/me"), "404 NOT_FOUND"],
    ["to the gateway", bytesOf("GET /api/%2e%2e%2frun"), "404 NOT_FOUND"],
    ["in an id", bytesOf("GET /api/statements/..%2f..%2fme"), "400 INVALID_PARAMETER_VALUE"],
    ["in a workspace", bytesOf("GET /api/me?workspace=..%2fother"), "400 INVALID_PARAMETER_VALUE"],
  ],
  "an invalid request target": [
    ["a NUL", bytesOf("GET /api/me\0"), "400 BAD_REQUEST"],
    ["an encoded NUL in the path", bytesOf("GET /api/me%00"), "400 BAD_REQUEST"],
    [
      "an encoded NUL in a token",
      bytesOf("GET /api/catalogs?page_token=a%00"),
      "400 INVALID_PARAMETER_VALUE",
    ],
    ["an encoded NUL in a value", bytesOf(fileAt(`${volume}/a%00.txt`)), "400 INVALID_PARAMETER_VALUE"],
    [
      "raw UTF-8",
      bytesOf(`GET /api/catalogs?page_token=${Buffer.from("é").toString("latin1")}`),
      "400 BAD_REQUEST",
    ],
    ["raw bytes", bytesOf("GET /api/\xff\xfe"), "400 BAD_REQUEST"],
    ["encoded bytes that are no UTF-8", bytesOf("GET /api/schemas?catalog=%ff%fe"), "400 BAD_REQUEST"],
    ["an authority", bytesOf("GET localhost:80"), "400 BAD_REQUEST"],
    ["a tunnel", bytesOf("CONNECT evil.example:443", { host: "evil.example:443" }), "405 METHOD_NOT_ALLOWED"],
    ["everything", bytesOf("OPTIONS *"), "400 BAD_REQUEST"],
    ["no slash", bytesOf("GET api/me"), "400 BAD_REQUEST"],
    ["a space", bytesOf("GET /api/me /x"), "400 BAD_REQUEST"],
    ["far too long", bytesOf(`GET /${"x".repeat(40_000)}`), "414 URI_TOO_LONG"],
  ],
  "a method that no route takes": [
    ["TRACE", bytesOf("TRACE /api/me"), "405 METHOD_NOT_ALLOWED"],
    ["PROPFIND", bytesOf("PROPFIND /api/files"), "405 METHOD_NOT_ALLOWED"],
    ["one that there is not", bytesOf("STEAL /api/me"), "400 BAD_REQUEST"],
    ["in lower case", bytesOf("get /api/me"), "400 BAD_REQUEST"],
    [
      "overridden",
      bytesOf("POST /api/me", { headers: ["X-HTTP-Method-Override: GET", "Content-Length: 0"] }),
      "405 METHOD_NOT_ALLOWED",
    ],
  ],
  "names that reach a prototype": [
    ["in a query", bytesOf("GET /api/catalogs?__proto__=x"), "400 INVALID_PARAMETER_VALUE"],
    [
      "in a query with brackets",
      bytesOf("GET /api/catalogs?__proto__[x]=1&constructor[prototype][x]=1"),
      "400 INVALID_PARAMETER_VALUE",
    ],
    [
      "of an inherited method",
      bytesOf("GET /api/catalogs?toString=1&hasOwnProperty=1"),
      "400 INVALID_PARAMETER_VALUE",
    ],
    [
      "in JSON",
      post("/api/volumes", json, make.replace("{", '{"__proto__":{"x":1},')),
      "400 MALFORMED_REQUEST",
    ],
    [
      "in JSON by way of the constructor",
      post("/api/volumes", json, make.replace("{", '{"constructor":{"prototype":{"x":1}},')),
      "400 MALFORMED_REQUEST",
    ],
    ["as the whole body", query('{"__proto__":{"sql":"SELECT 1"}}'), "400 MALFORMED_REQUEST"],
    [
      "deep in JSON, where a record would lose it",
      query('{"sql":"SELECT :a","params":{"\\u005f_proto__":1,"a":2}}'),
      "400 MALFORMED_REQUEST",
    ],
  ],
  "a body that is too much": [
    ["too large", post("/api/volumes", json, `{"a":"${"x".repeat(70_000)}"}`), "413 PAYLOAD_TOO_LARGE"],
    [
      "said to be too large",
      bytesOf("POST /api/volumes", {
        headers: [`Content-Type: ${json}`, "Content-Length: 99999999999"],
        body: "{",
      }),
      "413 PAYLOAD_TOO_LARGE",
    ],
    ["too deep", query(nested(65)), "400 MALFORMED_REQUEST"],
    ["far too deep", query("[".repeat(900_000)), "400 MALFORMED_REQUEST"],
    [
      "deep behind a string with brackets and quotes",
      query(`{"sql":"\\"]]]]\\\\","a":${nested(64)}}`),
      "400 MALFORMED_REQUEST",
    ],
    [
      "not UTF-8",
      post("/api/volumes", json, Buffer.from('{"catalog":"\xff"}', "latin1")),
      "400 MALFORMED_REQUEST",
    ],
    ["a number beyond all", query('{"sql":"SELECT 1","row_limit":1e999}'), "400 INVALID_PARAMETER_VALUE"],
    ["compressed", post("/api/volumes", json, "x", ["Content-Encoding: gzip"]), "415 UNSUPPORTED_MEDIA_TYPE"],
  ],
  "headers that are not what they seem": [
    [
      "a line break in a value",
      bytesOf(fileAt(`${volume}/a%0d%0aSet-Cookie:%20x=1`)),
      "400 INVALID_PARAMETER_VALUE",
    ],
    [
      "a line break in a name",
      bytesOf("GET /api/catalogs?a%0d%0aX-Evil:%201=2"),
      "400 INVALID_PARAMETER_VALUE",
    ],
    ["a folded line", bytesOf(me, { headers: ["X-Request-Id: a\r\n b"] }), "400 BAD_REQUEST"],
    ["a bare line feed", bytesOf(me, { headers: ["X-Request-Id: a\nX-Evil: 1"] }), "400 BAD_REQUEST"],
    ["a bare carriage return", bytesOf(me, { headers: ["X-Request-Id: a\rX-Evil: 1"] }), "400 BAD_REQUEST"],
    ["a space before the colon", bytesOf(me, { headers: ["X-Request-Id : a"] }), "400 BAD_REQUEST"],
    [
      "too many bytes",
      bytesOf(me, { headers: [`X: ${"x".repeat(70_000)}`] }),
      "431 REQUEST_HEADERS_TOO_LARGE",
    ],
    [
      "too many headers",
      bytesOf(me, { headers: Array.from({ length: 20_000 }, () => "A: b") }),
      "431 REQUEST_HEADERS_TOO_LARGE",
    ],
    [
      "two tokens",
      bytesOf(me, { headers: ["Authorization: Bearer a", "Authorization: Bearer b"] }),
      "401 UNAUTHENTICATED",
    ],
    ["no HTTP", Buffer.from("HELLO\r\n\r\n"), "400 BAD_REQUEST"],
    ["TLS", Buffer.from("160301020001000001fc0303", "hex"), "400 BAD_REQUEST"],
  ],
  "a body of two lengths": [
    [
      "chunked and counted",
      bytesOf("POST /api/volumes", {
        headers: ["Transfer-Encoding: chunked", "Content-Length: 4"],
        body: `0\r\n\r\n${me} HTTP/1.1\r\n`,
      }),
      "400 BAD_REQUEST",
    ],
    [
      "counted and chunked",
      bytesOf("POST /api/volumes", {
        headers: ["Content-Length: 4", "Transfer-Encoding: chunked"],
        body: "0\r\n\r\n",
      }),
      "400 BAD_REQUEST",
    ],
    [
      "chunked with a twist",
      bytesOf("POST /api/volumes", { headers: ["Transfer-Encoding: xchunked"], body: "0\r\n\r\n" }),
      "400 BAD_REQUEST",
    ],
    [
      "two lengths",
      bytesOf("POST /api/volumes", { headers: ["Content-Length: 4", "Content-Length: 5"], body: "test" }),
      "400 BAD_REQUEST",
    ],
    [
      "two in one",
      bytesOf("POST /api/volumes", { headers: ["Content-Length: 4, 4"], body: "test" }),
      "400 BAD_REQUEST",
    ],
    [
      "a signed one",
      bytesOf("POST /api/volumes", { headers: ["Content-Length: +4"], body: "test" }),
      "400 BAD_REQUEST",
    ],
    [
      "a chunk of no size",
      bytesOf("POST /api/volumes", {
        headers: [`Content-Type: ${json}`, "Transfer-Encoding: chunked"],
        body: "zz\r\n",
      }),
      "400 BAD_REQUEST",
    ],
  ],
  "a coding that nobody here decodes": [
    [
      "below the chunks",
      coded("POST /api/volumes", "Transfer-Encoding: gzip, chunked"),
      "501 NOT_IMPLEMENTED",
    ],
    [
      "in a header of its own",
      coded("POST /api/volumes", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
      "501 NOT_IMPLEMENTED",
    ],
    ["in capitals", coded("POST /api/volumes", "Transfer-Encoding: DEFLATE, CHUNKED"), "501 NOT_IMPLEMENTED"],
    [
      "that does nothing",
      coded("POST /api/volumes", "Transfer-Encoding: identity, chunked"),
      "501 NOT_IMPLEMENTED",
    ],
    ["of a statement", coded("POST /api/query", "Transfer-Encoding: x-gzip, chunked"), "501 NOT_IMPLEMENTED"],
    [
      "of a file",
      coded(`PUT /api/files?path=${volume}/x`, "Transfer-Encoding: gzip, chunked"),
      "501 NOT_IMPLEMENTED",
    ],
    ["of a GET", coded(me, "Transfer-Encoding: gzip, chunked"), "501 NOT_IMPLEMENTED"],
    [
      "of a file, as the encoding of its content",
      coded(`PUT /api/files?path=${volume}/x`, "Transfer-Encoding: chunked\r\nContent-Encoding: br"),
      "415 UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "two encodings of the content",
      coded(
        `PUT /api/files?path=${volume}/x`,
        "Transfer-Encoding: chunked\r\nContent-Encoding: identity\r\nContent-Encoding: gzip",
      ),
      "415 UNSUPPORTED_MEDIA_TYPE",
    ],
  ],
  "a sender that takes its time": [
    ["with the headers", Buffer.from(`${me} HTTP/1.1\r\nHost: localhost\r\nX: `), "408 REQUEST_TIMEOUT"],
    [
      "with JSON",
      bytesOf("POST /api/volumes", { headers: [`Content-Type: ${json}`, "Content-Length: 50"], body: "{" }),
      "408 REQUEST_TIMEOUT",
    ],
    [
      "with a file",
      bytesOf(`PUT /api/files?path=${volume}/slow.txt`, { headers: ["Content-Length: 50"], body: "x" }),
      "408 REQUEST_TIMEOUT",
    ],
  ],
};

describe("hostile input is refused with the right status and the error envelope, and never reaches Databricks", () => {
  for (const [group, cases] of Object.entries(table)) {
    it.each(cases)(`${group}: %s`, async (_what, bytes, refusal) => {
      const reply = await rawRequest(stack.port, bytes);
      expect(refusalOf(reply)).toBe(refusal);
      expect(reply.text).not.toMatch(/^(X-Evil|Set-Cookie|Access-Control-Allow-Origin):/im);
      expect(reply.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      // An upload is on its way while it arrives; what broke off is not stored.
      const reached = stack.workspace.requests().map(({ path }) => path);
      expect(reached.filter((path) => !/^\/oidc\/|\/slow\.txt$/.test(path))).toEqual([]);
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    });
  }

  it("good input still succeeds, so the table shows more than a closed door", async () => {
    const own = [`Origin: http://localhost`, "Sec-Fetch-Site: same-origin", "X-Forwarded-For: 1.2.3.4"];
    expect((await rawRequest(stack.port, bytesOf(me, { headers: own }))).status).toBe(200);
    const made = await rawRequest(stack.port, post("/api/volumes", json, make, own));
    expect(made.status).toBe(201);
    expect((await rawRequest(stack.port, query(nested(64)))).body).toContain("INVALID_PARAMETER_VALUE");
    expect((await stack.call("GET", at("/api/files", `${volume}/a"b%0dc.txt`))).status).toBe(404);
  });

  it.each(["Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip"])(
    "the gateway's /run refuses a body with a transfer coding besides chunked: %s",
    async (coding) => {
      const run = { op: "write_file", params: { path: `${volume}/coded` } };
      const headers = [
        `X-Gateway-Secret: ${gatewaySecret}`,
        "Content-Type: application/octet-stream",
        `X-Gateway-Run: ${encodeRunHeader(run)}`,
        coding,
      ];
      const body = "1\r\nx\r\n0\r\n\r\n";
      const host = `127.0.0.1:${stack.gatewayPort}`;
      const reply = await rawRequest(stack.gatewayPort, bytesOf("POST /run", { host, headers, body }));
      expect(refusalOf(reply)).toMatch(/^(501 NOT_IMPLEMENTED|415 UNSUPPORTED_MEDIA_TYPE)$/);
      expect(stack.workspace.requests()).toEqual([]);
    },
  );

  it("a file whose upload broke off does not exist", async () => {
    expect((await stack.call("GET", at("/api/files", `${volume}/slow.txt`))).status).toBe(404);
  });

  it("no body is requested before its sender has signed in", async () => {
    const headers = [
      "Expect: 100-continue",
      `Content-Type: ${json}`,
      "Content-Length: 50",
      "Authorization: x",
    ];
    const reply = await rawRequest(stack.port, bytesOf("POST /api/volumes", { headers }));
    expect(refusalOf(reply)).toBe("401 UNAUTHENTICATED");
    expect(reply.text).not.toContain("100 Continue");
  });
});
