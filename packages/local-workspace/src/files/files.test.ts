import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import {
  DIRECTORIES,
  FILES,
  pages,
  startForTest,
  temporaryDir,
  temporaryFiles,
  UC,
  type UnderTest,
} from "../../test/under-test.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

/** The folder on disk of `main.default.files`. */
async function volumeDir({ call, dir }: UnderTest): Promise<string> {
  const { json } = await call("GET", `${UC}/volumes/main.default.files`);
  return join(dir, "volumes", json.volume_id);
}

describe("bytes", () => {
  test("a written file can be read whole, with HEAD and by range", async () => {
    const { call } = await startForTest();
    expect((await call("PUT", `${FILES}/a.bin`, { body: "0123456789" })).status).toBe(204);
    const whole = await call("GET", `${FILES}/a.bin`);
    expect(whole.bytes.toString()).toBe("0123456789");
    expect(whole.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "10",
    });
    expect(whole.headers.etag).toBeUndefined();
    const head = await call("HEAD", `${FILES}/a.bin`);
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers).toMatchObject({
      "content-length": "10",
      "last-modified": whole.headers["last-modified"],
    });
  });

  test.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=-4", 206, "6789", "bytes 6-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=10-", 416, undefined, "bytes */10"],
    ["bytes=-0", 416, undefined, "bytes */10"],
    ["bytes=5-2", 200, "0123456789", undefined],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["items=0-1", 200, "0123456789", undefined],
  ])("a read with Range %s returns %i", async (range, status, body, contentRange) => {
    const { call } = await startForTest();
    await call("PUT", `${FILES}/a.bin`, { body: "0123456789" });
    const answer = await call("GET", `${FILES}/a.bin`, { headers: { range } });
    expect([answer.status, answer.headers["content-range"]]).toEqual([status, contentRange]);
    if (body !== undefined) expect(answer.bytes.toString()).toBe(body);
  });

  test("conditional headers compare with the time of the last write", async () => {
    const { call } = await startForTest();
    const modified = String((await call("GET", `${FILES}/README.txt`)).headers["last-modified"]);
    const earlier = new Date(Date.parse(modified) - 1000).toUTCString();
    const status = async (method: string, headers: Record<string, string>) =>
      (await call(method, `${FILES}/README.txt`, { headers })).status;
    for (const method of ["GET", "HEAD"]) {
      expect(await status(method, { "if-unmodified-since": modified })).toBe(200);
      expect(await status(method, { "if-unmodified-since": earlier })).toBe(412);
      expect(await status(method, { "if-modified-since": modified })).toBe(304);
      expect(await status(method, { "if-modified-since": earlier })).toBe(200);
    }
    expect(await status("GET", { range: "bytes=1-", "if-range": modified })).toBe(206);
    expect(await status("GET", { range: "bytes=1-", "if-range": earlier })).toBe(200);
  });

  test("an empty file can be written and read", async () => {
    const { call } = await startForTest();
    await call("PUT", `${FILES}/empty`, { headers: { "content-type": "text/plain" } });
    const { status, headers, bytes } = await call("GET", `${FILES}/empty`);
    expect([status, headers["content-length"], bytes.length]).toEqual([200, "0", 0]);
  });

  test("a large body is read back whole", async () => {
    const { call, workspace } = await startForTest();
    const body = Buffer.alloc(8 * 1024 * 1024, "0123456789abcdef");
    expect((await call("PUT", `${FILES}/big`, { body })).status).toBe(204);
    expect(workspace.requests().at(-1)?.bodyBytes).toBe(body.length);
    expect((await call("GET", `${FILES}/big`)).bytes.equals(body)).toBe(true);
  });
});

describe("names", () => {
  const names = [
    "a b",
    "100%",
    "%41",
    "a#b?c",
    "a+b",
    "\"'",
    "back\\slash",
    "🎉 fête",
    "é".repeat(127),
    "C:",
    "~",
    "\n",
    ".hidden",
    "...",
  ];

  test.each(names)("the name %j is listed byte for byte", async (name) => {
    const { call } = await startForTest();
    const encoded = encodeURIComponent(name);
    expect((await call("PUT", `${FILES}/${encoded}/${encoded}`, { body: name })).status).toBe(204);
    expect((await call("GET", `${FILES}/${encoded}/${encoded}`)).bytes.toString()).toBe(name);
    const { json } = await call("GET", `${DIRECTORIES}/${encoded}`);
    expect(json.contents).toMatchObject([{ name, path: `/Volumes/main/default/files/${name}/${name}` }]);
    expect((await call("DELETE", `${FILES}/${encoded}/${encoded}`)).status).toBe(204);
    expect((await call("DELETE", `${DIRECTORIES}/${encoded}`)).status).toBe(204);
  });

  test("any name that the disk can hold comes back unchanged", async () => {
    const { call } = await startForTest();
    const name = fc
      .string({ unit: anyCharacter, minLength: 1, maxLength: 40 })
      .filter((one) => !/[/\0]/.test(one) && one !== "." && one !== ".." && Buffer.byteLength(one) <= 255);
    await fc.assert(
      fc.asyncProperty(name, async (one) => {
        const path = `${FILES}/property/${encodeURIComponent(one)}`;
        expect((await call("PUT", path, { body: "x" })).status).toBe(204);
        const { json } = await call("GET", `${DIRECTORIES}/property`);
        expect(json.contents.map((entry: { name: string }) => entry.name)).toEqual([one]);
        expect((await call("DELETE", path)).status).toBe(204);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["..", ".."],
    ["encoded dots", "%2e%2e/%2e%2e/metastore.json"],
    ["a single dot", "./x"],
    ["a climb in one encoded segment", "a%2F..%2F..%2Fx"],
    ["an encoded slash at the end", "a%2F"],
    ["an empty segment", "a//b"],
    ["a trailing slash on a file", "a/"],
    ["NUL", "a%00b"],
    ["bad percent-encoding", "100%"],
    ["bytes that are not UTF-8", "%ff"],
    ["a segment of 256 bytes", "x".repeat(256)],
  ])("%s is rejected with 400, and the record shows it as it was sent", async (_, path) => {
    const { call, workspace, dir } = await startForTest();
    const before = await readdir(dir);
    for (const method of ["PUT", "GET", "DELETE"]) {
      const answer = await call(method, `${FILES}/${path}`, method === "PUT" ? { body: "x" } : {});
      expect([answer.status, answer.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
      expect(workspace.requests().at(-1)?.path).toBe(`${FILES}/${path}`);
    }
    expect((await readdir(dir)).toSorted()).toEqual(before.toSorted());
  });

  test("the whole path as one escaped segment, as the Databricks CLI sends it, is the same file", async () => {
    const { call } = await startForTest();
    const escaped = encodeURIComponent("Volumes/main/default/files/a b/%2F.txt");
    expect((await call("PUT", `/api/2.0/fs/files/${escaped}`, { body: "x" })).status).toBe(204);
    expect((await call("GET", `${FILES}/a%20b/%252F.txt`)).bytes.toString()).toBe("x");
    expect((await call("HEAD", `/api/2.0/fs/files/${escaped}`)).headers["content-length"]).toBe("1");
    const directory = encodeURIComponent("Volumes/main/default/files/a b/");
    const { json } = await call("GET", `/api/2.0/fs/directories/${directory}`);
    expect(json.contents).toMatchObject([{ name: "%2F.txt" }]);
    expect((await call("DELETE", `/api/2.0/fs/files/${escaped}`)).status).toBe(204);
    const climb = encodeURIComponent("Volumes/main/default/files/../../x");
    expect((await call("PUT", `/api/2.0/fs/files/${climb}`, { body: "x" })).status).toBe(400);
    expect((await call("PUT", `/api/2.0/fs/directories/${climb}`)).status).toBe(400);
  });

  test("an encoded slash separates names wherever it is", async () => {
    const { call } = await startForTest();
    expect((await call("PUT", `${FILES}/a%2Fb`, { body: "x" })).status).toBe(204);
    expect((await call("GET", `${FILES}/a/b`)).bytes.toString()).toBe("x");
  });

  test("a symbolic link in the volume's folder is never followed", async () => {
    const started = await startForTest();
    const { call } = started;
    const outside = await temporaryDir();
    await writeFile(join(outside, "secret"), "secret");
    const folder = await volumeDir(started);
    await symlink(outside, join(folder, "link"));
    await symlink(join(outside, "secret"), join(folder, "file-link"));
    expect((await call("GET", `${FILES}/link/secret`)).status).toBe(404);
    expect((await call("GET", `${FILES}/file-link`)).status).toBe(404);
    expect((await call("GET", `${DIRECTORIES}/link`)).status).toBe(404);
    expect((await call("PUT", `${FILES}/link/new`, { body: "x" })).status).toBe(409);
    expect(await readdir(outside)).toEqual(["secret"]);
    const listed = (await pages(call, DIRECTORIES, "contents")).flat().map((one) => one.name);
    expect(listed).toEqual(["README.txt", "people.csv", "reports"]);
  });
});

describe("writing", () => {
  test("overwrite=false never replaces a file; without it the last write wins", async () => {
    const { call } = await startForTest();
    const put = async (query: string, body: string) =>
      (await call("PUT", `${FILES}/f${query}`, { body })).status;
    expect(await put("?overwrite=false", "1")).toBe(204);
    expect(await put("?overwrite=false", "2")).toBe(409);
    expect((await call("GET", `${FILES}/f`)).bytes.toString()).toBe("1");
    expect(await put("", "3")).toBe(204);
    expect(await put("?overwrite=true", "4")).toBe(204);
    expect(await put("?overwrite=maybe", "5")).toBe(400);
    expect((await call("GET", `${FILES}/f`)).bytes.toString()).toBe("4");
  });

  test("of many concurrent writers with overwrite=false exactly one wins, and its bytes stay", async () => {
    const { call, dir } = await startForTest();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        call("PUT", `${FILES}/race?overwrite=false`, { body: `writer ${at}` }),
      ),
    );
    const winners = answers.flatMap((one, at) => (one.status === 204 ? [at] : []));
    expect(winners).toHaveLength(1);
    expect(answers.filter((one) => one.status === 409)).toHaveLength(11);
    expect((await call("GET", `${FILES}/race`)).bytes.toString()).toBe(`writer ${winners[0]}`);
    expect(await temporaryFiles(dir)).toEqual([]);
  });

  test("a reader sees the old bytes or the new bytes, never a mixture", async () => {
    const { call } = await startForTest();
    const texts = ["a", "b"].map((letter) => letter.repeat(300_000));
    await call("PUT", `${FILES}/f`, { body: texts[0] });
    const writes = Array.from({ length: 10 }, (_, at) => call("PUT", `${FILES}/f`, { body: texts[at % 2] }));
    const reads = Array.from({ length: 20 }, () => call("GET", `${FILES}/f`));
    for (const { bytes } of await Promise.all(reads)) expect(texts).toContain(bytes.toString());
    await Promise.all(writes);
  });

  test.each([
    ["Content-Length not reached", "Content-Length: 100\r\n\r\nonly this"],
    ["chunks without an end", "Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n"],
  ])("an interrupted upload leaves nothing behind: %s", async (_, rest) => {
    const { call, workspace, dir } = await startForTest();
    const socket = connect(Number(new URL(workspace.url).port), "127.0.0.1");
    socket.write(
      `PUT ${FILES}/broken HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer local-token-alice\r\n${rest}`,
    );
    await expect.poll(() => temporaryFiles(dir)).toHaveLength(1);
    await setTimeout(20);
    socket.destroy();
    await expect.poll(() => workspace.openRequests()).toBe(0);
    await expect.poll(() => temporaryFiles(dir)).toEqual([]);
    expect(workspace.requests().at(-1)).toMatchObject({ state: "aborted", status: undefined });
    expect((await call("GET", `${FILES}/broken`)).status).toBe(404);
  });

  test("a file beyond the bound of one PUT is refused, with a length and without, and nothing is stored", async () => {
    const { call, dir } = await startForTest({ fileLimits: { putBytesMax: 100_000 } });
    expect((await call("PUT", `${FILES}/f`, { body: Buffer.alloc(100_000) })).status).toBe(204);
    const large = await call("PUT", `${FILES}/g`, { body: Buffer.alloc(100_001) });
    expect([large.status, large.json.message]).toEqual([413, expect.stringContaining("Upload it in parts")]);
    const chunked = Readable.from([Buffer.alloc(60_000), Buffer.alloc(60_000), Buffer.alloc(60_000)]);
    expect((await call("PUT", `${FILES}/g`, { body: chunked })).status).toBe(413);
    expect((await call("GET", `${FILES}/g`)).status).toBe(404);
    await expect.poll(() => temporaryFiles(dir)).toEqual([]);
  });

  test("an error reaches a client that is still sending its body", async () => {
    const { call } = await startForTest();
    const body = Buffer.alloc(20_000_000);
    expect((await call("PUT", `${FILES}/README.txt?overwrite=false`, { body })).status).toBe(409);
    expect((await call("PUT", `${FILES}/new`, { body, token: "local-token-bob" })).status).toBe(403);
  });

  test("an upload into a volume that is deleted meanwhile returns 404", async () => {
    const { call, workspace, dir } = await startForTest();
    const upload = new PassThrough();
    const { port } = new URL(workspace.url);
    const sent = request(`http://127.0.0.1:${port}${FILES}/a`, {
      method: "PUT",
      headers: { authorization: "Bearer local-token-alice" },
      body: upload,
    });
    upload.write("first");
    await expect.poll(() => temporaryFiles(dir)).toHaveLength(1);
    expect((await call("DELETE", `${UC}/volumes/main.default.files`)).status).toBe(200);
    upload.end("last");
    expect((await sent).statusCode).toBe(404);
  });

  test("files and directories never replace each other", async () => {
    const { call } = await startForTest();
    expect((await call("PUT", `${FILES}/reports`, { body: "x" })).status).toBe(409);
    expect((await call("PUT", FILES, { body: "x" })).status).toBe(409);
    expect((await call("PUT", `${FILES}/README.txt/below`, { body: "x" })).status).toBe(409);
    for (const path of ["README.txt", "README.txt/below"]) {
      const { status, json } = await call("PUT", `${DIRECTORIES}/${path}`);
      expect(status).toBe(409);
      expect(json.message).toBe(
        "The given path points to an existing file. This API does not support operations on files.",
      );
    }
  });
});

describe("missing files and directories", () => {
  test.each([
    ["GET", `${FILES}/none`, "FILES_API_FILE_NOT_FOUND"],
    ["GET", `${FILES}/reports`, "FILES_API_FILE_NOT_FOUND"],
    ["DELETE", `${FILES}/none`, "FILES_API_FILE_NOT_FOUND"],
    ["DELETE", `${FILES}/reports`, "FILES_API_FILE_NOT_FOUND"],
    ["GET", `${DIRECTORIES}/none`, "FILES_API_DIRECTORY_IS_NOT_FOUND"],
    ["GET", `${DIRECTORIES}/README.txt`, "FILES_API_DIRECTORY_IS_NOT_FOUND"],
    ["DELETE", `${DIRECTORIES}/none`, "FILES_API_DIRECTORY_IS_NOT_FOUND"],
    ["DELETE", `${DIRECTORIES}/README.txt`, "FILES_API_DIRECTORY_IS_NOT_FOUND"],
    ["PUT", "/api/2.0/fs/files/Volumes/main/default/nope/x", "FILES_API_RESOURCE_NOT_FOUND"],
    ["GET", "/api/2.0/fs/directories/Volumes/main/nope/files", "FILES_API_RESOURCE_NOT_FOUND"],
  ])("%s %s returns 404 with Databricks' reason", async (method, path, reason) => {
    const { call } = await startForTest();
    const { status, json } = await call(method, path);
    expect([status, json.error_code]).toEqual([404, "NOT_FOUND"]);
    expect(json.details[0]).toMatchObject({ reason, domain: "filesystem.databricks.com" });
  });

  test("HEAD returns 404 without a body", async () => {
    const { call } = await startForTest();
    for (const path of [
      `${FILES}/none`,
      `${FILES}/reports`,
      `${DIRECTORIES}/none`,
      `${DIRECTORIES}/README.txt`,
    ]) {
      const { status, bytes } = await call("HEAD", path);
      expect([status, bytes.length]).toEqual([404, 0]);
    }
    expect((await call("HEAD", `${DIRECTORIES}/reports/`)).status).toBe(200);
  });
});

describe("directories", () => {
  test("creating a directory creates its parents and is idempotent", async () => {
    const { call } = await startForTest();
    expect((await call("PUT", `${DIRECTORIES}/x/y/z/`)).status).toBe(204);
    expect((await call("PUT", `${DIRECTORIES}/x/y/z`)).status).toBe(204);
    expect((await call("PUT", DIRECTORIES)).status).toBe(204);
    expect((await call("GET", `${DIRECTORIES}/x/y`)).json.contents).toEqual([
      {
        name: "z",
        path: "/Volumes/main/default/files/x/y/z",
        is_directory: true,
        last_modified: expect.any(Number),
      },
    ]);
  });

  test("deleting a directory that is not empty fails with Databricks' reason", async () => {
    const { call } = await startForTest();
    const { status, json } = await call("DELETE", `${DIRECTORIES}/reports`);
    expect([status, json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    expect(json.details[0].reason).toBe("FILES_API_DIRECTORY_IS_NOT_EMPTY");
    expect((await call("DELETE", DIRECTORIES)).status).toBe(400);
  });

  test("a listing of 2,001 entries is complete, in order, and the same after a restart", async () => {
    const dir = await temporaryDir();
    const first = await startForTest({ dir });
    const many = join(await volumeDir(first), "many");
    await mkdir(many);
    const expected = Array.from({ length: 2001 }, (_, at) => `f${String(at).padStart(4, "0")}`);
    await Promise.all(expected.map((name) => writeFile(join(many, name), "")));
    const found = await pages(first.call, `${DIRECTORIES}/many`, "contents");
    expect(found.map((page) => page.length)).toEqual([1000, 1000, 1]);
    expect(found.flat().map((one) => one.name)).toEqual(expected);
    const { json } = await first.call("GET", `${DIRECTORIES}/many?page_size=5000`);
    expect(json.contents).toHaveLength(1000);
    await first.workspace.close();
    const { call } = await startForTest({ dir });
    const next = await call("GET", `${DIRECTORIES}/many?page_size=10&page_token=${json.next_page_token}`);
    expect(next.json.contents.map((one: { name: string }) => one.name)).toEqual(expected.slice(1000, 1010));
  });

  test("a change between two pages is seen, and no other entry is repeated or lost", async () => {
    const { call } = await startForTest();
    for (const name of ["b", "d", "f"]) await call("PUT", `${FILES}/p/${name}`, { body: name });
    await setTimeout(150);
    const first = await call("GET", `${DIRECTORIES}/p?page_size=2`);
    await call("PUT", `${FILES}/p/a`, { body: "a" });
    await call("PUT", `${FILES}/p/e`, { body: "e" });
    await call("DELETE", `${FILES}/p/d`);
    const rest = await call("GET", `${DIRECTORIES}/p?page_token=${first.json.next_page_token}`);
    expect(rest.json.contents.map((one: { name: string }) => one.name)).toEqual(["e", "f"]);
  });

  test("invalid page sizes and another listing's tokens are rejected", async () => {
    const { call } = await startForTest();
    const { json } = await call("GET", `${DIRECTORIES}?page_size=1`);
    for (const query of ["page_size=-1", "page_size=x", "page_token=zzz"]) {
      expect((await call("GET", `${DIRECTORIES}?${query}`)).status).toBe(400);
    }
    expect((await call("GET", `${DIRECTORIES}/reports?page_token=${json.next_page_token}`)).status).toBe(400);
  });
});
