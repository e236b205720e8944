import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, startWorkspace } from "./gateway-under-test.ts";

// What stands before Databricks, or before what should be Databricks, can answer anything: a login page, a proxy's own page,
// a cache. Only what the API describes counts as an answer.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const files = "/Volumes/main/default/files";
const path = `${files}/foreign.txt`;
const content = "0123456789";
const binary = { "content-type": "application/octet-stream" };
const page = "<!DOCTYPE html><html><title>Sign in</title></html>";
const html = { "content-type": "text/html; charset=utf-8" };
type Fault = Parameters<LocalWorkspace["addFault"]>[0];

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  await gateway.upload({ path }, content);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  gateway.log.length = 0;
});
afterEach(() => workspace.clearFaults());

const invalid = [502, "UPSTREAM_INVALID_RESPONSE"];
const outcomeOf = (answer: Awaited<ReturnType<GatewayUnderTest["run"]>>) => [
  answer.status,
  errorOf(answer)?.error_code,
];

describe("an upload has an unknown outcome when the reply is", () => {
  test.each<[string, Fault]>([
    ["200 and a page", { status: 200, headers: html, body: page }],
    ["200 and nothing", { status: 200, body: "" }],
    ["200 and JSON", { status: 200, body: {} }],
    ["201 of a proxy", { status: 201, headers: { location: "/x" }, body: "created" }],
    ["202 of a proxy", { status: 202, body: "" }],
    ["203", { status: 203, body: {} }],
    ["205", { status: 205, body: "" }],
    ["206", { status: 206, body: "" }],
    ["207", { status: 207, body: {} }],
    ["302 to a login page", { status: 302, headers: { location: "/login.html?x=secret-value" }, body: "" }],
    ["304", { status: 304, body: "" }],
  ])("%s", async (_what, fault) => {
    for (const overwrite of [true, false]) {
      workspace.addFault({ method: "PUT", times: 1, ...fault });
      const target = `${files}/never-${fault.status}-${overwrite}.txt`;
      const answer = await gateway.upload({ path: target, overwrite }, content);
      expect(outcomeOf(answer)).toEqual(invalid);
      expect(answer.body).toMatchObject({
        retryable: false,
        outcome: "unknown",
        error: expect.stringContaining("It is not known whether the file was stored."),
      });
      expect((await gateway.run("file_metadata", { path: target })).status).toBe(404);
    }
    expect(JSON.stringify(gateway.log)).not.toContain("secret-value");
  });
});

describe("a download", () => {
  test.each<[string, Fault, object?]>([
    ["a page", { status: 200, headers: html, body: page }],
    ["a page in upper case", { status: 200, headers: { "content-type": "TEXT/HTML" }, body: page }],
    ["a page without a content type", { status: 200, body: `\n ${page}` }],
    ["JSON", { status: 200, headers: { "content-type": "application/json" }, body: "{}" }],
    ["plain text", { status: 200, headers: { "content-type": "text/plain" }, body: "hello" }],
    ["XML", { status: 200, headers: { "content-type": "application/xml" }, body: "<Error/>" }],
    ["XML without a content type", { status: 200, body: '<?xml version="1.0"?><Error/>' }],
    ["anything without a content type", { status: 200, body: content }],
    ["202", { status: 202, headers: binary, body: content }],
    ["204", { status: 204 }],
    ["203", { status: 203, headers: binary, body: content }],
    [
      "a part that nobody asked for",
      { status: 206, headers: { ...binary, "content-range": "bytes 0-4/10" }, body: "01234" },
    ],
    [
      "another part",
      { status: 206, headers: { ...binary, "content-range": "bytes 0-4/10" }, body: "01234" },
      { range: "bytes=2-6" },
    ],
    [
      "a part that ends too soon",
      { status: 206, headers: { ...binary, "content-range": "bytes 2-4/10" }, body: "234" },
      { range: "bytes=2-6" },
    ],
    [
      "a part that ends too late",
      { status: 206, headers: { ...binary, "content-range": "bytes 2-8/10" }, body: "2345678" },
      { range: "bytes=2-6" },
    ],
    [
      "a part whose length is not its range",
      { status: 206, headers: { ...binary, "content-range": "bytes 2-6/10" }, body: "234" },
      { range: "bytes=2-6" },
    ],
    [
      "the start for the end",
      { status: 206, headers: { ...binary, "content-range": "bytes 0-2/10" }, body: "012" },
      { range: "bytes=-3" },
    ],
    [
      "several parts",
      { status: 206, headers: { "content-type": "multipart/byteranges; boundary=x" }, body: "--x--" },
      { range: "bytes=2-6" },
    ],
    ["416 without a range", { status: 416, body: "" }],
    ["412 without a condition", { status: 412, body: "" }],
  ])("is refused when the reply is %s", async (_what, fault, params = {}) => {
    workspace.addFault({ method: "GET", ...fault });
    const answer = await gateway.run("read_file", { path, ...params });
    expect(outcomeOf(answer)).toEqual(invalid);
  });

  test.each([
    ["bytes=2-6", "23456"],
    ["bytes=2-", "23456789"],
    ["bytes=2-99", "23456789"],
    ["bytes=-3", "789"],
    ["bytes=-99", content],
  ])("is accepted when the reply is the requested part: %s", async (range, text) => {
    const answer = await gateway.run("read_file", { path, range });
    expect([answer.status, answer.text]).toEqual([206, text]);
  });

  const inChunks = { ...binary, "transfer-encoding": "chunked" };

  test.each<[string, Fault, object]>([
    [
      "a part in chunks",
      { status: 206, headers: { ...inChunks, "content-range": "bytes 2-6/10" }, body: "234" },
      { range: "bytes=2-6" },
    ],
    [
      "a file in chunks whose size is known",
      { status: 200, headers: inChunks, body: "01234" },
      { if_none_match: '"x"' },
    ],
  ])("breaks off when %s ends too early", async (_what, fault, params) => {
    workspace.addFault({ method: "GET", ...fault });
    const answer = await gateway.open("read_file", { path, ...params });
    await expect(answer.body.text()).rejects.toThrow(/terminated|other side closed|aborted/);
  });

  test("is accepted when the file itself is an HTML page", async () => {
    const own = `${files}/page.html`;
    await gateway.upload({ path: own }, page);
    expect((await gateway.run("read_file", { path: own })).text).toBe(page);
  });
});

test("a file that changed after its condition was checked is read again, whatever the reply claims", async () => {
  const { body } = await gateway.run("file_metadata", { path });
  workspace.addFault({
    method: "GET",
    times: 1,
    status: 200,
    headers: { ...binary, "last-modified": "Sat, 01 Jan 2000 00:00:00 GMT" },
    body: "a cached one",
  });
  const answer = await gateway.run("read_file", { path, if_none_match: '"other"' });
  expect([answer.status, answer.text, answer.headers["etag"]]).toEqual([200, content, body.etag]);
});

describe("file metadata is refused when the reply to the HEAD is", () => {
  test.each<[string, Fault]>([
    ["a page", { status: 200, headers: html, body: page }],
    ["something without a content type", { status: 200, body: "" }],
    ["an empty answer", { status: 204, headers: binary }],
  ])("%s", async (_what, fault) => {
    workspace.addFault({ method: "HEAD", ...fault });
    expect(outcomeOf(await gateway.run("file_metadata", { path }))).toEqual(invalid);
  });

  test("a page, also when a directory is created", async () => {
    workspace.addFault({ method: "HEAD", status: 200, headers: html, body: page });
    const answer = await gateway.run("create_directory", { path: `${files}/behind-a-page` });
    expect(outcomeOf(answer)).toEqual(invalid);
  });
});

describe.each<[string, "run", string, object, string]>([
  ["delete_file", "run", "DELETE", { path }, "/api/2.0/fs/files/*"],
  ["delete_directory", "run", "DELETE", { path: `${files}/d` }, "/api/2.0/fs/directories/*"],
  ["create_directory", "run", "PUT", { path: `${files}/d` }, "/api/2.0/fs/directories/*"],
  ["delete_volume", "run", "DELETE", { catalog: "main", schema: "default", name: "v" }, "/api/2.1/*"],
  ["create_volume", "run", "POST", { catalog: "main", schema: "default", name: "v" }, "/api/2.1/*"],
])("%s does not succeed when the reply is", (op, _run, method, params, at) => {
  test.each<[string, Fault]>([
    ["a page", { status: 200, headers: html, body: page }],
    ["an empty page", { status: 200, headers: html, body: "" }],
    ["202", { status: 202, body: {} }],
    ["203", { status: 203, body: {} }],
    ["a list", { status: 200, body: [] }],
    ["text", { status: 200, body: "OK" }],
  ])("%s", async (_what, fault) => {
    workspace.addFault({ method, path: at, ...fault });
    const answer = await gateway.run(op, params);
    expect(outcomeOf(answer)).toEqual(invalid);
  });
});

test.each<[string, Fault]>([
  ["a page", { status: 200, headers: html, body: page }],
  ["JSON that says it is a page", { status: 200, headers: html, body: "{}" }],
  ["202", { status: 202, body: {} }],
  ["204", { status: 204 }],
  ["a list", { status: 200, body: [] }],
  ["an error", { status: 200, body: { error: "login required" } }],
  ["an error with a code", { status: 200, body: { error_code: "PERMISSION_DENIED", message: "No." } }],
  ["null and an error", { status: 200, body: { catalogs: null, error: "login required" } }],
  ["a list of another kind", { status: 200, body: { schemas: [{ name: "a" }] } }],
  ["a page token in other letters", { status: 200, body: { catalogs: [], nextPageToken: "x" } }],
  ["a list with a null in it", { status: 200, body: { catalogs: [{ name: "a" }, null] } }],
  ["a list of no objects", { status: 200, body: { catalogs: [1] } }],
  ["entries that are not a list", { status: 200, body: { catalogs: {} } }],
  [
    "a page token that is not a text",
    { status: 200, body: { catalogs: [{ name: "a" }], next_page_token: 5 } },
  ],
  [
    "a page token that is false",
    { status: 200, body: { catalogs: [{ name: "a" }], next_page_token: false } },
  ],
])("a listing is refused when the reply is %s", async (_what, fault) => {
  workspace.addFault({ method: "GET", ...fault });
  expect(outcomeOf(await gateway.run("list_catalogs"))).toEqual(invalid);
});

test.each([
  ["list_tables", { catalog: "main", schema: "default" }],
  ["list_warehouses", {}],
  ["list_directory", { path: files }],
])("%s is refused when the reply is an error with status 200", async (op, params) => {
  workspace.addFault({ method: "GET", status: 200, body: { error: "login required" } });
  expect(outcomeOf(await gateway.run(op, params))).toEqual(invalid);
});

test.each([{}, { catalogs: null }, { catalogs: [], next_page_token: "" }, { next_page_token: null }])(
  "a listing is empty when the reply is %j",
  async (body) => {
    workspace.addFault({ method: "GET", status: 200, body });
    const answer = await gateway.run("list_catalogs");
    expect([answer.status, answer.body]).toEqual([200, { catalogs: [] }]);
  },
);

describe("a refused redirect", () => {
  const location =
    "https://login.example.com/oauth2/authorize?client_id=secret-id&state=secret-state&error=secret%20value";

  test("is logged with its target and the names of its query's parameters, without their values", async () => {
    workspace.addFault({ status: 302, headers: { location }, body: "" });
    const answer = await gateway.run("me");
    expect(answer.text).not.toMatch(/login\.example|secret/);
    expect(gateway.log.at(-1)?.["cause"]).toContain(
      "302 to https://login.example.com/oauth2/authorize with client_id, state, error",
    );
    expect(JSON.stringify(gateway.log)).not.toContain("secret");
  });

  test("tells the caller the reason if Databricks names one", async () => {
    const refusal = "/login.html?error=private-link-validation-error:1234567";
    workspace.addFault({ status: 303, headers: { location: refusal }, body: "" });
    const answer = await gateway.run("me");
    expect(errorOf(answer).error).toBe("Databricks answered with a redirect: private-link-validation-error.");
    expect(JSON.stringify(gateway.log)).not.toContain("1234567");
  });

  test.each(["", "http://[", "?", "//", "javascript:alert(1)"])(
    "returns 502 for the target %j",
    async (odd) => {
      workspace.addFault({ status: 301, headers: { location: odd }, body: "" });
      expect(outcomeOf(await gateway.run("me"))).toEqual(invalid);
    },
  );
});
