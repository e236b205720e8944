import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at, type Stack, startStack, volume } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const put = (path: string, body: string | Buffer, more = {}) =>
  stack.call("PUT", at("/api/files", path, more), { body });
const get = (path: string, headers = {}) => stack.call("GET", at("/api/files", path), { headers });

describe("a file", () => {
  it("is stored, read, described, replaced and deleted", async () => {
    const path = `${volume}/life.bin`;
    const bytes = randomBytes(300_000);
    const made = await put(path, bytes);
    expect([made.status, made.json]).toEqual([201, { path, file_size: 300_000, created: true }]);
    const replaced = await put(path, bytes);
    expect([replaced.status, replaced.json]).toEqual([200, { path, file_size: 300_000, created: false }]);
    const refused = await put(path, "other", { overwrite: "false" });
    expect([refused.status, refused.json.retryable]).toEqual([409, false]);

    const read = await get(path);
    expect(read.status).toBe(200);
    expect(read.bytes.equals(bytes)).toBe(true);
    expect(read.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "300000",
      "accept-ranges": "bytes",
      "content-disposition": "attachment; filename=life.bin",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-cache",
    });
    const head = await stack.call("HEAD", at("/api/files", path));
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    for (const name of [
      "content-length",
      "content-type",
      "last-modified",
      "etag",
      "accept-ranges",
      "content-disposition",
      "cache-control",
    ]) {
      expect([name, head.headers[name]]).toEqual([name, read.headers[name]]);
    }
    const gone = await stack.call("DELETE", at("/api/files", path));
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await get(path)).status).toBe(404);
    expect((await stack.call("HEAD", at("/api/files", path))).status).toBe(404);
    expect((await stack.call("DELETE", at("/api/files", path))).status).toBe(404);
  });

  it("may be empty", async () => {
    const path = `${volume}/empty`;
    expect((await put(path, "")).json).toEqual({ path, file_size: 0, created: true });
    const read = await get(path);
    expect([read.status, read.bytes.length, read.headers["content-length"]]).toEqual([200, 0, "0"]);
  });

  it.each(["application/json", "text/plain", "nonsense", undefined])(
    "is stored unchanged with content type %s",
    async (type) => {
      const path = `${volume}/typed`;
      const body = '{"not": json, --x';
      const headers = type === undefined ? {} : { "content-type": type };
      const stored = await stack.call("PUT", at("/api/files", path), { headers, body });
      expect(stored.json).toMatchObject({ path, file_size: body.length });
      expect((await get(path)).text).toBe(body);
    },
  );

  it("may arrive in chunks of unknown length", async () => {
    const path = `${volume}/chunked`;
    const hash = createHash("sha256");
    async function* chunks() {
      for (let i = 0; i < 50; i++) {
        const chunk = randomBytes(i * 997);
        hash.update(chunk);
        yield chunk;
      }
    }
    expect((await stack.call("PUT", at("/api/files", path), { body: chunks() })).status).toBe(201);
    const read = await get(path);
    expect(createHash("sha256").update(read.bytes).digest("hex")).toBe(hash.digest("hex"));
  });

  it.each([
    ["content-range", "bytes 0-1/5", 400],
    ["content-encoding", "gzip", 415],
    ["if-match", '"x"', 501],
    ["if-none-match", "*", 501],
  ])("is not written under the condition %s, which is not supported", async (name, value, status) => {
    const path = `${volume}/partial`;
    const answer = await stack.call("PUT", at("/api/files", path), {
      headers: { [name]: value },
      body: "hello",
    });
    expect(answer.status).toBe(status);
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("a name", () => {
  const names = [
    "plain.txt",
    "two words.txt",
    "100%.txt",
    "a%20b",
    "%41",
    "a#b?c&d=e+f;g",
    'it\'s "quoted" `x`',
    "back\\slash",
    "ünïcödé ж 漢字",
    "😀 party.txt",
    "e\u0301 and \u00e9",
    "dots..in...it.",
    "...",
    ".hidden",
    "ends with space ",
    "$(rm -rf ~)|<>*:",
    "ж".repeat(127) + "x",
    "x".repeat(255),
  ];

  it.each(names)("%s goes in and comes out as it is", async (name) => {
    const path = `${volume}/names/${name}`;
    const stored = await put(path, name);
    expect([stored.status, stored.json]).toEqual([
      201,
      { path, file_size: Buffer.byteLength(name), created: true },
    ]);
    const read = await get(path);
    expect(read.text).toBe(name);
    expect(nameIn(String(read.headers["content-disposition"]))).toBe(name);
    const listed = await stack.call("GET", at("/api/directories", `${volume}/names`));
    expect(listed.json.contents.map((entry: { path: string }) => entry.path)).toContain(path);
    const form = new URLSearchParams({ path }).toString();
    expect((await stack.call("GET", `/api/files?${form}`)).text).toBe(name);
    expect((await stack.call("DELETE", at("/api/files", path))).status).toBe(204);
  });

  it.each([
    "..",
    ".",
    "%2e%2e",
    "%252e%252e",
    "%c0%ae%c0%ae",
    "..\\..",
    "%u002e.",
    "．．",
    "..;x",
    "a/../../../../etc/passwd",
    "a//b",
    "a/",
    "",
    "nul\0byte",
    "line\nbreak",
    "x".repeat(256),
    "ж".repeat(128),
    `${"d/".repeat(2100)}f`,
  ])("%j is refused and reaches nothing", async (name) => {
    for (const [method, route] of [
      ["GET", "/api/files"],
      ["HEAD", "/api/files"],
      ["PUT", "/api/files"],
      ["DELETE", "/api/files"],
    ] as const) {
      const answer = await stack.call(
        method,
        at(route, `${volume}/${name}`),
        method === "PUT" ? { body: "x" } : {},
      );
      expect([method, answer.status]).toEqual([method, 400]);
      if (method !== "HEAD") expect(answer.json.details[0].field).toBe("path");
    }
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("with path traversal is refused in the raw URL too, for directories as for files", async () => {
    for (const raw of [
      "/Volumes/main/default/files/..",
      "/Volumes/main/default/files/%2e%2e/x",
      "%2fVolumes%2fmain%2fdefault%2ffiles%2f..%2f..",
      "/Volumes/main/default/files/%252e%252e",
    ]) {
      for (const [method, route] of [
        ["GET", "directories"],
        ["DELETE", "directories"],
        ["GET", "files"],
      ] as const) {
        expect((await stack.call(method, `/api/${route}?path=${raw}`)).status).toBe(400);
      }
      expect(
        (await stack.call("POST", "/api/directories", { json: { path: decodeURIComponent(raw) } })).status,
      ).toBe(400);
    }
    expect(stack.workspace.requests()).toEqual([]);
  });
});

describe("a request for part of a file, or on conditions", () => {
  const path = `${volume}/ranges.txt`;
  let etag = "";
  let modified = "";
  beforeAll(async () => {
    await put(path, "0123456789");
    const head = await stack.call("HEAD", at("/api/files", path));
    etag = String(head.headers["etag"]);
    modified = String(head.headers["last-modified"]);
  });

  it.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=0-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["lines=1-2", 200, "0123456789", undefined],
  ])("Range: %s", async (range, status, text, contentRange) => {
    const answer = await get(path, { range });
    expect([answer.status, answer.text, answer.headers["content-range"]]).toEqual([
      status,
      text,
      contentRange,
    ]);
    expect(answer.headers["content-disposition"]).toBe("attachment; filename=ranges.txt");
  });

  it("returns 416 for a range past the end", async () => {
    const answer = await get(path, { range: "bytes=10-" });
    expect([answer.status, answer.headers["content-range"]]).toEqual([416, "bytes */10"]);
    expect(answer.json).toMatchObject({ error_code: "RANGE_NOT_SATISFIABLE", status: 416 });
  });

  it("returns 304 if the caller's copy is current, and 412 if the file is another version", async () => {
    const same = await get(path, { "if-none-match": etag });
    expect([same.status, same.text, same.headers["etag"]]).toEqual([304, "", etag]);
    expect(same.headers["cache-control"]).toBe("private, no-cache");
    expect((await get(path, { "if-modified-since": modified })).status).toBe(304);
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
    for (const [status, headers] of [
      [304, { "if-none-match": etag }],
      [304, { "if-modified-since": modified }],
      [304, { "if-none-match": "*", "cache-control": "no-cache" }],
      [200, { "if-none-match": '"other"' }],
      [412, { "if-match": '"other"' }],
      [412, { "if-unmodified-since": "Sat, 01 Jan 2000 00:00:00 GMT" }],
    ] as const) {
      expect((await stack.call("HEAD", at("/api/files", path), { headers })).status).toBe(status);
    }
    const failed = await get(path, { "if-match": '"other"' });
    expect([failed.status, failed.json.error_code]).toEqual([412, "PRECONDITION_FAILED"]);
    expect((await get(path, { "if-unmodified-since": "Sat, 01 Jan 2000 00:00:00 GMT" })).status).toBe(412);
    expect((await get(path, { range: "bytes=0-1", "if-range": modified })).status).toBe(206);
    expect((await get(path, { range: "bytes=0-1", "if-range": '"other"' })).status).toBe(200);
  });
});

/** The file name as a browser reads it from the header. */
function nameIn(disposition: string): string | undefined {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? [];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  const [, quoted, bare] = /filename=(?:"((?:[^"\\]|\\.)*)"|([^;]+))/.exec(disposition) ?? [];
  return quoted?.replace(/\\(.)/g, "$1") ?? bare;
}
