import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type Answer,
  BOB,
  FILES,
  startForTest,
  temporaryDir,
  temporaryFiles,
  UC,
  type UnderTest,
} from "../../test/under-test.ts";

const PATH = "/Volumes/main/default/files/big.bin";
const MIB = 1024 * 1024;
const small = { fileLimits: { partBytesMin: 10 } };

interface Session {
  token: string;
  /** Sends the part to its presigned URL. */
  put: (part: number, body: string | Buffer) => Promise<Answer>;
  url: (part: number, expire?: string) => Promise<string>;
  complete: (parts: [number, string][]) => Promise<Answer>;
}

/** An upload of `big.bin` that Alice has begun. */
async function begin(started: UnderTest, query = ""): Promise<Session> {
  const { call, workspace } = started;
  const begun = await call("POST", `${FILES}/big.bin?action=initiate-upload${query}`);
  const token: string = begun.json.multipart_upload.session_token;
  const url = async (part: number, expire = "2099-01-01T00:00:00Z") => {
    const body = { path: PATH, session_token: token, start_part_number: part, count: 1, expire_time: expire };
    const { json } = await call("POST", "/api/2.0/fs/create-upload-part-urls", { body });
    expect(json.upload_part_urls[0].part_number).toBe(part);
    return json.upload_part_urls[0].url.slice(workspace.url.length);
  };
  return {
    token,
    url,
    put: async (part, body) => call("PUT", await url(part), { token: null, headers: blob, body }),
    complete: (parts) =>
      call("POST", `${FILES}/big.bin?action=complete-upload&upload_type=multipart&session_token=${token}`, {
        body: { parts: parts.map(([part_number, etag]) => ({ part_number, etag })) },
      }),
  };
}

const blob = { "x-ms-blob-type": "BlockBlob" };

function etagOf({ status, headers }: Answer): string {
  expect(status).toBe(200);
  return String(headers.etag);
}

test("parts in any order and again make the file, and nothing else is left", async () => {
  const started = await startForTest();
  const { call, dir } = started;
  const { put, complete } = await begin(started);
  const [one, two, three] = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(12_345)];
  const second = etagOf(await put(2, two));
  await put(1, randomBytes(5 * MIB));
  const third = etagOf(await put(3, three));
  const first = etagOf(await put(1, one));
  expect((await call("GET", `${FILES}/big.bin`)).status).toBe(404);
  expect(
    (
      await complete([
        [1, first],
        [2, second],
        [3, third],
      ])
    ).status,
  ).toBe(200);
  const file = await call("GET", `${FILES}/big.bin`);
  expect(file.bytes.equals(Buffer.concat([one, two, three]))).toBe(true);
  expect(await temporaryFiles(dir)).toEqual([]);
});

test("parts of equal size become the file without a copy", async () => {
  const started = await startForTest(small);
  const { put, complete } = await begin(started);
  const first = etagOf(await put(1, "0123456789"));
  const [upload = ""] = await temporaryFiles(started.dir);
  const written = await stat(join(started.dir, "temporary", upload, "whole"));
  const second = etagOf(await put(2, "end"));
  expect(
    (
      await complete([
        [1, first],
        [2, second],
      ])
    ).status,
  ).toBe(200);
  const volume = (await started.call("GET", `${UC}/volumes/main.default.files`)).json.volume_id;
  const placed = await stat(join(started.dir, "volumes", volume, "big.bin"));
  expect([placed.ino, placed.size]).toEqual([written.ino, 13]);
});

test.each([
  [
    "the first part is the smallest",
    [
      [1, "a".repeat(10)],
      [2, "b".repeat(30)],
      [3, "c".repeat(20)],
    ],
  ],
  [
    "numbers are left out",
    [
      [2, "a".repeat(20)],
      [7, "b".repeat(20)],
      [10_000, "c"],
    ],
  ],
  [
    "the last part came first",
    [
      [3, "c"],
      [1, "a".repeat(20)],
      [2, "b".repeat(10)],
    ],
  ],
  ["one part is all", [[5, "a"]]],
] as const)("parts of any size make the file: %s", async (_, parts) => {
  const started = await startForTest(small);
  const { put, complete } = await begin(started);
  const etags: [number, string][] = [];
  for (const [part, text] of parts) etags.push([part, etagOf(await put(part, text))]);
  const inOrder = etags.toSorted(([a], [b]) => a - b);
  expect((await complete(inOrder)).status).toBe(200);
  const expected = parts.toSorted(([a], [b]) => a - b).map(([, text]) => text);
  expect((await started.call("GET", `${FILES}/big.bin`)).bytes.toString()).toBe(expected.join(""));
  expect(await temporaryFiles(started.dir)).toEqual([]);
});

test("a part that is not listed at the end is not in the file", async () => {
  const started = await startForTest(small);
  const { put, complete } = await begin(started);
  const [first, , third] = [await put(1, "a".repeat(10)), await put(2, "b".repeat(10)), await put(3, "c")];
  expect(
    (
      await complete([
        [1, etagOf(first)],
        [3, etagOf(third)],
      ])
    ).status,
  ).toBe(200);
  expect((await started.call("GET", `${FILES}/big.bin`)).bytes.toString()).toBe(`${"a".repeat(10)}c`);
});

test("a part that breaks off leaves the one that was stored before", async () => {
  const started = await startForTest(small);
  const { put, url, complete } = await begin(started);
  const first = etagOf(await put(1, "good ".repeat(4)));
  const socket = connect(Number(new URL(started.workspace.url).port), "127.0.0.1");
  const target = await url(1);
  socket.write(
    `PUT ${target} HTTP/1.1\r\nHost: x\r\nx-ms-blob-type: BlockBlob\r\nContent-Length: 20\r\n\r\nbad`,
  );
  await expect.poll(() => started.workspace.requests().at(-1)?.bodyBytes).toBe(3);
  socket.destroy();
  await expect.poll(() => started.workspace.openRequests()).toBe(0);
  expect((await complete([[1, first]])).status).toBe(200);
  expect((await started.call("GET", `${FILES}/big.bin`)).bytes.toString()).toBe("good ".repeat(4));
});

test("a part still on its way when the upload completes cannot change the file", async () => {
  const started = await startForTest(small);
  const { put, url, complete } = await begin(started);
  const socket = connect(Number(new URL(started.workspace.url).port), "127.0.0.1");
  socket.on("error", () => {});
  const target = await url(1);
  socket.write(
    `PUT ${target} HTTP/1.1\r\nHost: x\r\nx-ms-blob-type: BlockBlob\r\nContent-Length: 20\r\n\r\nlate`,
  );
  await expect.poll(() => started.workspace.requests().at(-1)?.bodyBytes).toBe(4);
  const again = etagOf(await put(1, "0123456789"));
  expect((await complete([[1, again]])).status).toBe(200);
  socket.write("l".repeat(16));
  await expect.poll(() => started.workspace.openRequests()).toBe(0);
  expect((await started.call("GET", `${FILES}/big.bin`)).bytes.toString()).toBe("0123456789");
  expect(await temporaryFiles(started.dir)).toEqual([]);
});

test("an upload completes only with the parts that were stored, in order and large enough", async () => {
  const started = await startForTest(small);
  const { put, complete } = await begin(started);
  const [first, second] = [etagOf(await put(1, "a".repeat(10))), etagOf(await put(2, "b"))];
  const third = etagOf(await put(3, "c"));
  for (const parts of [
    [],
    [[1, second]],
    [[4, first]],
    [
      [2, second],
      [1, first],
    ],
    [
      [1, first],
      [1, first],
    ],
  ]) {
    const answer = await complete(parts as [number, string][]);
    expect([answer.status, answer.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  }
  const tooSmall = await complete([
    [1, first],
    [2, second],
    [3, third],
  ]);
  expect(tooSmall.json.message).toBe("Part 2 has 1 bytes: every part but the last needs at least 10.");
  expect(
    (
      await complete([
        [1, first.slice(1, -1)],
        [2, second],
      ])
    ).status,
  ).toBe(200);
  expect((await complete([[1, first]])).status).toBe(404);
});

test("without overwrite an existing file stays, and the upload can be aborted", async () => {
  const started = await startForTest(small);
  const { call, dir } = started;
  const { put, complete, token } = await begin(started, "&overwrite=false");
  await call("PUT", `${FILES}/big.bin`, { body: "before" });
  const answer = await complete([[1, etagOf(await put(1, "after"))]]);
  expect([answer.status, answer.json.error_code]).toEqual([409, "ALREADY_EXISTS"]);
  expect((await call("GET", `${FILES}/big.bin`)).bytes.toString()).toBe("before");
  const body = { path: PATH, session_token: token };
  const { json } = await call("POST", "/api/2.0/fs/create-abort-upload-url", { body });
  const url = json.abort_upload_url.url.slice(started.workspace.url.length);
  expect((await call("DELETE", url, { token: null })).status).toBe(204);
  expect(await temporaryFiles(dir)).toEqual([]);
  const other = await begin(started);
  await other.put(1, "x");
  const abort = `action=abort-upload&upload_type=multipart&session_token=${other.token}`;
  expect((await call("POST", `${FILES}/big.bin?${abort}`)).status).toBe(200);
  expect(await temporaryFiles(dir)).toEqual([]);
});

test("an upload that is never completed is dropped after its time, and by a restart", async () => {
  const idle = await startForTest({ fileLimits: { uploadIdleMs: 30 } });
  await begin(idle);
  await expect.poll(() => temporaryFiles(idle.dir)).toEqual([]);
  const dir = await temporaryDir();
  const before = await startForTest({ dir });
  const { put, url } = await begin(before);
  await put(1, "x");
  const old = await url(1);
  await before.workspace.close();
  const after = await startForTest({ dir });
  expect(await temporaryFiles(dir)).toEqual([]);
  expect((await after.call("PUT", old, { token: null, headers: blob, body: "x" })).status).toBe(403);
});

test("only who began an upload can go on with it, with the right to write and for the same path", async () => {
  const started = await startForTest(small);
  const { call } = started;
  const { token, put, complete } = await begin(started);
  const part = etagOf(await put(1, "x"));
  const query = `action=complete-upload&session_token=${token}`;
  const parts = { parts: [{ part_number: 1, etag: part }] };
  expect((await call("POST", `${FILES}/other.bin?${query}`, { body: parts })).status).toBe(404);
  expect((await call("POST", `${FILES}/big.bin?${query}`, { body: parts, token: BOB })).status).toBe(403);
  expect((await call("POST", `${FILES}/big.bin?action=initiate-upload`, { token: BOB })).status).toBe(403);
  expect((await complete([[1, part]])).status).toBe(200);
});

test("a presigned URL works for its method, its part and its time alone, without a token", async () => {
  const started = await startForTest(small);
  const { call, workspace } = started;
  const { url } = await begin(started);
  const target = await url(1);
  const code = async (method: string, path: string, options: Parameters<UnderTest["call"]>[2] = {}) => {
    const { status, bytes } = await call(method, path, { token: null, headers: blob, ...options });
    return [status, /<Code>(.*)<\/Code>/.exec(bytes.toString())?.[1]];
  };
  expect(await code("GET", target)).toEqual([403, "SignatureDoesNotMatch"]);
  expect(await code("DELETE", target)).toEqual([403, "SignatureDoesNotMatch"]);
  expect(await code("PUT", `${target}x`, { body: "x" })).toEqual([403, "SignatureDoesNotMatch"]);
  expect(await code("PUT", target, { body: "x", token: BOB })).toEqual([400, "InvalidArgument"]);
  expect(await code("PUT", target, { body: "x", headers: {} })).toEqual([400, "MissingRequiredHeader"]);
  const late = await url(1, "2020-01-01T00:00:00Z");
  expect(await code("PUT", late, { body: "x" })).toEqual([403, "AccessDenied"]);
  const download = `/api/2.0/fs/create-download-url?path=${encodeURIComponent(`${PATH.slice(0, -7)}README.txt`)}`;
  const presigned = await call("POST", download);
  const read = presigned.json.url.slice(workspace.url.length);
  const signed = Buffer.from(read.split("/").at(-1).split(".")[0], "base64url").toString();
  expect(signed).not.toContain(started.dir);
  const part = await call("GET", read, { token: null, headers: { range: "bytes=0-4" } });
  expect([part.status, part.headers["content-length"]]).toEqual([206, "5"]);
  expect(await code("GET", read, { headers: { range: "bytes=999999-" } })).toEqual([416, "InvalidRange"]);
  await call("DELETE", `${FILES}/README.txt`);
  expect(await code("GET", read)).toEqual([404, "NoSuchKey"]);
  expect((await call("POST", download)).status).toBe(404);
});

test("a transfer's endpoints are listed, presigned URLs first", async () => {
  const { call, workspace } = await startForTest();
  const { json } = await call("GET", "/api/2.0/fs/endpoints");
  expect(json.endpoints).toMatchObject([
    { api: "IO_OFFLOAD", scheme: "http", hostname: new URL(workspace.url).host },
    { api: "FILES_API", api_version: "2.0", multipart_upload_supported: false },
  ]);
});
