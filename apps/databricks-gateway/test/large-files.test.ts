import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, until } from "./gateway-under-test.ts";

/** What one PUT takes here; Databricks takes 5 GiB. */
const putBytesMax = 100_000;
const bytes = randomBytes(250_001);

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gateway-test-"));
  const fileLimits = { putBytesMax, partBytesMin: putBytesMax };
  workspace = await startLocalWorkspace({ dir, fileLimits });
  gateway = await startGateway(workspace.url, undefined, { putBytesMax });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

let serial = 0;
const fresh = () => `/Volumes/main/default/files/large-${++serial} #?%ü.bin`;

async function read(path: string): Promise<Buffer | undefined> {
  const { statusCode, body } = await gateway.open("read_file", { path });
  const content = Buffer.from(await body.bytes());
  return statusCode === 404 ? undefined : content;
}

/** An upload that fails is aborted after its reply. */
async function nothingLeft(): Promise<void> {
  await expect.poll(() => readdir(join(dir, "temporary"))).toEqual([]);
}

const actions = () =>
  workspace.requests().map(({ method, path, query }) => query["action"] ?? shortOf(method, path));
const shortOf = (method: string, path: string) =>
  `${method} ${/^\/(?:api\/2\.0\/fs\/)?([\w-]+)/.exec(path)?.[1]}`;

test("a file larger than one PUT is uploaded in parts, without the token and without a buffer", async () => {
  const path = fresh();
  const answer = await gateway.upload({ path }, bytes);
  expect([answer.status, answer.body]).toEqual([200, { path, file_size: bytes.length, created: true }]);
  expect(actions()).toEqual([
    "HEAD files",
    "initiate-upload",
    ...Array.from({ length: 3 }, () => ["POST create-upload-part-urls", "PUT external-files"]).flat(),
    "complete-upload",
  ]);
  const parts = workspace.requests().filter(({ method }) => method === "PUT");
  expect(parts.map(({ bodyBytes }) => bodyBytes)).toEqual([100_000, 100_000, 50_001]);
  expect(parts.every(({ headers }) => headers["authorization"] === undefined)).toBe(true);
  expect((await read(path))?.equals(bytes)).toBe(true);
  await nothingLeft();
});

test("a file of just the size that one PUT takes is one PUT", async () => {
  const path = fresh();
  expect((await gateway.upload({ path }, bytes.subarray(0, putBytesMax))).status).toBe(200);
  expect(actions()).toEqual(["HEAD files", "PUT files"]);
});

/** A body of unknown length. */
const pieces = (count: number) =>
  Readable.from(Array.from({ length: count }, () => bytes.subarray(0, 50_000)));

test("a file of unknown length is one PUT, and beyond its bound the refusal says to send Content-Length", async () => {
  const path = fresh();
  expect((await gateway.upload({ path }, pieces(2))).body).toMatchObject({ file_size: 100_000 });
  const refused = await gateway.upload({ path: `${path}2` }, pieces(4));
  expect([refused.status, errorOf(refused).error_code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  expect(errorOf(refused).error).toBe(
    "The file has more than 100000 bytes, the most that Databricks stores in one request. Send its size in Content-Length: then it is stored in parts.",
  );
  expect(errorOf(refused).outcome).toBeUndefined();
  expect(await read(`${path}2`)).toBeUndefined();
});

test("overwrite=false refuses a file that exists before anything of the new one is sent", async () => {
  const path = fresh();
  await gateway.upload({ path }, "before");
  workspace.clearRequests();
  const answer = await gateway.upload({ path, overwrite: false }, bytes);
  expect([answer.status, errorOf(answer).error_code]).toEqual([409, "ALREADY_EXISTS"]);
  expect(actions()).toEqual(["HEAD files"]);
  expect((await read(path))?.toString()).toBe("before");
});

test("overwrite=false does not replace a file that appears meanwhile", async () => {
  const path = fresh();
  await gateway.upload({ path }, "before");
  workspace.addFault({ method: "HEAD", times: 1, status: 404 });
  const answer = await gateway.upload({ path, overwrite: false }, bytes);
  expect([answer.status, errorOf(answer).outcome]).toEqual([409, undefined]);
  expect((await read(path))?.toString()).toBe("before");
  await nothingLeft();
});

describe.each(["copy_file", "move_file"])("%s", (op) => {
  test("of a file larger than one PUT is made in parts", async () => {
    const [source_path, destination_path] = [fresh(), fresh()];
    await gateway.upload({ path: source_path }, bytes);
    const answer = await gateway.run(op, { source_path, destination_path });
    expect([answer.status, answer.body]).toEqual([
      200,
      { path: destination_path, file_size: bytes.length, created: true },
    ]);
    expect((await read(destination_path))?.equals(bytes)).toBe(true);
    expect(await read(source_path)).toEqual(op === "move_file" ? undefined : bytes);
    await nothingLeft();
  });

  test("of a large file that changes while it is read stores nothing", async () => {
    const [source_path, destination_path] = [fresh(), fresh()];
    await gateway.upload({ path: source_path }, bytes);
    workspace.clearRequests();
    const other = {
      "content-type": "application/octet-stream",
      "content-length": String(bytes.length),
      "last-modified": "Sat, 01 Jan 2000 00:00:00 GMT",
    };
    const path = `/api/2.0/fs/files${source_path.split("/").map(encodeURIComponent).join("/")}`;
    workspace.addFault({ method: "HEAD", path, nth: 2, status: 200, headers: other });
    const answer = await gateway.run(op, { source_path, destination_path });
    expect(errorOf(answer)).toMatchObject({ error_code: "RESOURCE_CONFLICT", retryable: true });
    expect(await read(destination_path)).toBeUndefined();
    await nothingLeft();
  });
});

type Fault = Parameters<LocalWorkspace["addFault"]>[0];
const onAction = "/api/2.0/fs/files/*";
const onUrls = "/api/2.0/fs/create-upload-part-urls";
const onParts = "/external-files/*";
const linkTo = (url: string) => ({ upload_part_urls: [{ url, part_number: 1, headers: [] }] });

test.each<[string, Fault, unknown[]]>([
  [
    "Databricks does not know parts",
    { method: "POST", path: onAction, status: 501 },
    [501, "NOT_IMPLEMENTED", undefined],
  ],
  [
    "it may not write",
    { method: "POST", path: onAction, status: 403 },
    [403, "PERMISSION_DENIED", undefined],
  ],
  [
    "the session is odd",
    { method: "POST", path: onAction, status: 200, body: {} },
    [502, "UPSTREAM_INVALID_RESPONSE", undefined],
  ],
  ["there is no link", { path: onUrls, nth: 2, status: 500 }, [502, "UPSTREAM_ERROR", undefined]],
  [
    "a link is no web address",
    { path: onUrls, status: 200, body: linkTo("file:///etc/passwd") },
    [502, "UPSTREAM_INVALID_RESPONSE", undefined],
  ],
  [
    "a link is for another part",
    { path: onUrls, nth: 2, status: 200, body: linkTo("http://127.0.0.1:1/") },
    [502, "UPSTREAM_INVALID_RESPONSE", undefined],
  ],
  [
    "the storage is away",
    { path: onUrls, status: 200, body: linkTo("http://127.0.0.1:1/") },
    [502, "UPSTREAM_UNREACHABLE", undefined],
  ],
  [
    "the storage refuses a link",
    { method: "PUT", path: onParts, nth: 2, status: 403 },
    [502, "UPSTREAM_ERROR", undefined],
  ],
  [
    "the storage's reply is a page",
    {
      method: "PUT",
      path: onParts,
      nth: 2,
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
    },
    [502, "UPSTREAM_INVALID_RESPONSE", undefined],
  ],
  [
    "the storage fails",
    { method: "PUT", path: onParts, nth: 2, status: 500 },
    [502, "UPSTREAM_UNREACHABLE", undefined],
  ],
  [
    "a part breaks off",
    { method: "PUT", path: onParts, nth: 3, cutRequestAfterBytes: 20_000 },
    [502, "UPSTREAM_UNREACHABLE", undefined],
  ],
  [
    "the reply to a part is lost",
    { method: "PUT", path: onParts, nth: 3, afterRun: true, noReply: "reset" },
    [502, "UPSTREAM_UNREACHABLE", undefined],
  ],
  [
    "the end is refused",
    { method: "POST", path: onAction, nth: 2, status: 409 },
    [409, "RESOURCE_CONFLICT", undefined],
  ],
  [
    "the end fails",
    { method: "POST", path: onAction, nth: 2, status: 500 },
    [502, "UPSTREAM_ERROR", "unknown"],
  ],
  [
    "the end is a login page",
    { method: "POST", path: onAction, nth: 2, status: 200, headers: { "content-type": "text/html" } },
    [502, "UPSTREAM_INVALID_RESPONSE", "unknown"],
  ],
])("a large upload stores nothing and leaves nothing if %s", async (_what, fault, expected) => {
  const path = fresh();
  workspace.addFault(fault);
  const answer = await gateway.upload({ path, overwrite: false }, bytes);
  const { error_code, outcome } = errorOf(answer);
  expect([answer.status, error_code, outcome]).toEqual(expected);
  workspace.clearFaults();
  await nothingLeft();
  expect(await read(path)).toBeUndefined();
});

test.each<[string, Fault]>([
  ["a link to it", { path: "/api/2.0/fs/create-abort-upload-url", times: 1, status: 503 }],
  ["its own call", { method: "DELETE", path: onParts, times: 1, status: 500 }],
  ["its reply", { method: "DELETE", path: onParts, times: 1, afterRun: true, noReply: "reset" }],
])(
  "an abort that fails in %s leaves nothing either, and the upload's error is the one that counts",
  async (_what, fault) => {
    const path = fresh();
    workspace.addFault({ method: "PUT", path: onParts, nth: 2, status: 403 });
    workspace.addFault(fault);
    const answer = await gateway.upload({ path, overwrite: false }, bytes);
    expect([answer.status, errorOf(answer).outcome]).toEqual([502, undefined]);
    await nothingLeft();
    expect(await read(path)).toBeUndefined();
  },
);

test("an abort that always fails is given up, and the next upload is stored", async () => {
  const path = fresh();
  workspace.addFault({ method: "PUT", path: onParts, times: 1, status: 500 });
  workspace.addFault({ method: "DELETE", path: onParts, times: 3, status: 500 });
  const answer = await gateway.upload({ path }, bytes);
  expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  await until(
    () => workspace.requests().filter(({ method }) => method === "DELETE").length === 3,
    "given up",
  );
  for (const left of await readdir(join(dir, "temporary"))) {
    await rm(join(dir, "temporary", left), { recursive: true });
  }
  expect((await gateway.upload({ path }, bytes)).status).toBe(200);
  expect((await read(path))?.equals(bytes)).toBe(true);
});

test("an end whose reply is lost is of unknown outcome, and the file may be there", async () => {
  const path = fresh();
  workspace.addFault({ method: "POST", path: onAction, nth: 2, afterRun: true, noReply: "reset" });
  const answer = await gateway.upload({ path, overwrite: false }, bytes);
  expect(errorOf(answer)).toMatchObject({ outcome: "unknown", retryable: false });
  expect((await read(path))?.equals(bytes)).toBe(true);
});

test("an upload whose caller hangs up in the middle leaves nothing", async () => {
  const path = fresh();
  const hangUp = new AbortController();
  const body = new Readable({ read: () => {} });
  body.push(bytes.subarray(0, 150_000));
  const headers = { "content-length": String(bytes.length) };
  const upload = gateway.upload({ path }, body, { headers, signal: hangUp.signal });
  await until(
    () => (workspace.requests().findLast(({ method }) => method === "PUT")?.bodyBytes ?? 0) === 50_000,
    "half",
  );
  hangUp.abort();
  await expect(upload).rejects.toThrow("aborted");
  await until(() => actions().includes("DELETE external-files"), "the upload is aborted");
  await nothingLeft();
  expect(await read(path)).toBeUndefined();
});

test("a redirect of the storage is not followed", async () => {
  const seen: unknown[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(request.url);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void elsewhere.close());
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  workspace.addFault({ method: "PUT", path: onParts, status: 307, headers: { location } });
  const answer = await gateway.upload({ path: fresh() }, bytes);
  expect(errorOf(answer).error_code).toBe("UPSTREAM_UNREACHABLE");
  expect(seen).toEqual([]);
  expect(answer.text).not.toContain("external-files");
  expect(JSON.stringify(gateway.log)).not.toContain("external-files");
});
