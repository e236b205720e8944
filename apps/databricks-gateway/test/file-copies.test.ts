import { randomBytes } from "node:crypto";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type Answer,
  errorOf,
  type GatewayUnderTest,
  startGateway,
  startWorkspace,
  until,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
afterEach(() => workspace.clearFaults());

const files = "/Volumes/main/default/files";
const bytes = randomBytes(300_000);
let serial = 0;

type Fault = Parameters<LocalWorkspace["addFault"]>[0];

const onPath = (path: string) => `/api/2.0/fs/files${path.split("/").map(encodeURIComponent).join("/")}`;

/** Two paths, of which the first is a file; and the calls about each of them for faults. */
async function pair(content: Buffer | string = bytes) {
  const name = `copy-${++serial}`;
  const source_path = `${files}/${name} from #?%ü`;
  const destination_path = `${files}/${name}/to #?%ü`;
  await gateway.upload({ path: source_path }, content);
  workspace.clearRequests();
  return {
    params: { source_path, destination_path },
    onSource: (fault: Fault) => workspace.addFault({ path: onPath(source_path), ...fault }),
    onDestination: (fault: Fault) => workspace.addFault({ path: onPath(destination_path), ...fault }),
    source: () => read(source_path),
    destination: () => read(destination_path),
  };
}

/** The file's content. Undefined if there is none. */
async function read(path: string): Promise<string | undefined> {
  workspace.clearFaults();
  const { statusCode, body } = await gateway.open("read_file", { path });
  const content = Buffer.from(await body.bytes());
  return statusCode === 404 ? undefined : content.toString("latin1");
}

const content = bytes.toString("latin1");
const otherVersion: Fault = {
  method: "HEAD",
  status: 200,
  headers: {
    "content-type": "application/octet-stream",
    "content-length": "300000",
    "last-modified": "Sat, 01 Jan 2000 00:00:00 GMT",
  },
};

function summaryOf(answer: Answer): unknown[] {
  const { error_code, retryable, outcome } = errorOf(answer);
  return [answer.status, error_code, retryable, outcome];
}

describe.each(["copy_file", "move_file"])("%s", (op) => {
  test.each([
    ["a file", bytes],
    ["an empty file", Buffer.alloc(0)],
    ["a file of one byte", Buffer.from("x")],
  ])("stores %s", async (_what, stored) => {
    const { params, source, destination } = await pair(stored);
    const answer = await gateway.run(op, params);
    expect([answer.status, answer.body]).toEqual([
      200,
      { path: params.destination_path, file_size: stored.length, created: true },
    ]);
    expect(await destination()).toBe(stored.toString("latin1"));
    expect(await source()).toBe(op === "copy_file" ? stored.toString("latin1") : undefined);
  });

  test("replaces an existing file only with overwrite", async () => {
    const { params, destination } = await pair();
    await gateway.upload({ path: params.destination_path }, "old");
    workspace.clearRequests();
    const refused = await gateway.run(op, params);
    expect(summaryOf(refused)).toEqual([409, "ALREADY_EXISTS", false, undefined]);
    expect(workspace.requests().map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
    expect(await destination()).toBe("old");
    const answer = await gateway.run(op, { ...params, overwrite: true });
    expect(answer.body).toMatchObject({ created: false, file_size: bytes.length });
    expect(await destination()).toBe(content);
  });

  test("does not replace a file that appears meanwhile", async () => {
    const { params, onDestination, destination, source } = await pair();
    await gateway.upload({ path: params.destination_path }, "other");
    onDestination({ method: "HEAD", times: 1, status: 404 });
    expect(summaryOf(await gateway.run(op, params))).toEqual([409, "ALREADY_EXISTS", false, undefined]);
    expect([await destination(), await source()]).toEqual(["other", content]);
  });

  test("refuses a directory as source and as destination", async () => {
    const { params } = await pair();
    const directory = `${files}/reports`;
    const from = await gateway.run(op, { ...params, source_path: directory });
    expect([from.status, errorOf(from).error]).toEqual([
      404,
      "source_path: there is no such file. Directories are not supported.",
    ]);
    expect((await gateway.run(op, { ...params, destination_path: directory })).status).toBe(409);
  });

  test.each(["/Volumes/main/default/files/same", "/Volumes/MAIN/Default/fiLes/same"])(
    "refuses one file as source and destination, in any spelling: %s",
    async (destination_path) => {
      const source_path = "/Volumes/main/default/files/same";
      await gateway.upload({ path: source_path }, "same");
      workspace.clearRequests();
      const answer = await gateway.run(op, { source_path, destination_path, overwrite: true });
      expect([answer.status, errorOf(answer).details]).toEqual([
        400,
        [{ field: "destination_path", message: "must differ from source_path" }],
      ]);
      expect(workspace.requests()).toEqual([]);
      expect(await read(source_path)).toBe("same");
    },
  );

  test.each([
    ["before it is read", 1],
    ["while it is read", 2],
  ])("stores nothing if the source changes %s", async (_when, nth) => {
    const { params, onSource, destination, source } = await pair();
    onSource({ ...otherVersion, nth });
    const answer = await gateway.run(op, params);
    expect(summaryOf(answer)).toEqual([409, "RESOURCE_CONFLICT", true, undefined]);
    expect(errorOf(answer).error).toBe("The source changed while it was copied. Nothing was stored.");
    expect([await destination(), await source()]).toEqual([undefined, content]);
  });

  test.each(["source", "destination"])(
    "has done nothing if the first look at the %s gets a login page",
    async (which) => {
      const { params, onSource, onDestination } = await pair();
      const on = which === "source" ? onSource : onDestination;
      on({ method: "HEAD", nth: 1, status: 200, headers: { "content-type": "text/html" } });
      const answer = await gateway.run(op, params);
      expect(summaryOf(answer)).toEqual([502, "UPSTREAM_INVALID_RESPONSE", false, undefined]);
    },
  );

  test.each<[string, Fault, string]>([
    ["breaks off", { cutAfterBytes: 100_000 }, "UPSTREAM_UNREACHABLE"],
    ["is refused", { status: 503, headers: { "retry-after": "3" } }, "TEMPORARILY_UNAVAILABLE"],
    [
      "is a login page",
      { status: 200, headers: { "content-type": "text/html" } },
      "UPSTREAM_INVALID_RESPONSE",
    ],
  ])("stores nothing if the read %s, and says that nothing was done", async (_how, fault, code) => {
    const { params, onSource, destination, source } = await pair();
    onSource({ method: "GET", ...fault });
    const answer = await gateway.run(op, params);
    const { error_code, outcome, retryable } = errorOf(answer);
    expect([error_code, outcome, retryable]).toEqual([code, undefined, code !== "UPSTREAM_INVALID_RESPONSE"]);
    await until(() => workspace.openRequests() === 0, "nothing goes on");
    expect([await destination(), await source()]).toEqual([undefined, content]);
  });

  test.each<[string, Fault, unknown[]]>([
    [
      "in the middle, stores nothing",
      { cutRequestAfterBytes: 50_000 },
      [502, "UPSTREAM_UNREACHABLE", true, undefined],
    ],
    [
      "at its end, may have stored it",
      { afterRun: true, noReply: "reset" },
      [502, "UPSTREAM_UNREACHABLE", false, "unknown"],
    ],
  ])("whose PUT breaks %s", async (_when, fault, expected) => {
    const { params, onDestination, source } = await pair();
    onDestination({ method: "PUT", ...fault });
    expect(summaryOf(await gateway.run(op, params))).toEqual(expected);
    await until(() => workspace.openRequests() === 0, "nothing goes on");
    expect(await source()).toBe(content);
  });

  test.each<[string, Fault, string]>([
    [
      "has another size",
      { ...otherVersion, headers: { ...otherVersion.headers, "content-length": "7" } },
      "RESOURCE_CONFLICT",
    ],
    ["cannot be looked at", { status: 403, body: "" }, "PERMISSION_DENIED"],
  ])("is of unknown outcome if the destination %s afterwards", async (_how, fault, code) => {
    const { params, onDestination, source } = await pair();
    onDestination({ ...fault, method: "HEAD", nth: 2 });
    const answer = await gateway.run(op, { ...params, overwrite: true });
    expect(errorOf(answer)).toMatchObject({ error_code: code, outcome: "unknown", retryable: false });
    expect(await source()).toBe(content);
  });

  test("has both paths in its one audit line", async () => {
    const { params } = await pair();
    gateway.audit.length = 0;
    await gateway.run(op, params);
    await until(() => gateway.audit.length > 0, "the audit line");
    expect(gateway.audit).toMatchObject([{ operation: op, target: params, outcome: "ok", status: 200 }]);
  });
});

describe("move_file", () => {
  test("says that both files exist if the source cannot be deleted", async () => {
    const { params, onSource, destination, source } = await pair();
    onSource({ method: "DELETE", status: 403, body: { error_code: "PERMISSION_DENIED", message: "No." } });
    const answer = await gateway.run("move_file", params);
    expect(summaryOf(answer)).toEqual([403, "PERMISSION_DENIED", false, "unknown"]);
    expect(errorOf(answer).error).toBe(
      "No. The copy is complete, and the source was not deleted: both files exist.",
    );
    expect([await destination(), await source()]).toEqual([content, content]);
  });

  test("says that the deletion is not known to have happened if its reply is lost", async () => {
    const { params, onSource, destination, source } = await pair();
    onSource({ method: "DELETE", afterRun: true, noReply: "reset" });
    const answer = await gateway.run("move_file", params);
    expect(summaryOf(answer)).toEqual([502, "UPSTREAM_UNREACHABLE", false, "unknown"]);
    expect(errorOf(answer).error).toContain("It is not known whether the source was deleted.");
    expect([await destination(), await source()]).toEqual([content, undefined]);
  });

  test.each([
    ["has changed since it was copied", otherVersion.headers],
    ["may have changed since it was copied", { ...otherVersion.headers, "last-modified": "" }],
  ])("does not delete a source that %s", async (_what, headers) => {
    const { params, onSource, destination, source } = await pair();
    onSource({ ...otherVersion, headers, nth: 3 });
    const answer = await gateway.run("move_file", params);
    expect(summaryOf(answer)).toEqual([409, "RESOURCE_CONFLICT", false, "unknown"]);
    expect(workspace.requests().filter(({ method }) => method === "DELETE")).toEqual([]);
    expect([await destination(), await source()]).toEqual([content, content]);
  });

  test("succeeds if another caller deletes the source just before", async () => {
    const { params, onSource } = await pair();
    onSource({ method: "DELETE", afterRun: true, status: 404, body: { error_code: "NOT_FOUND" } });
    expect((await gateway.run("move_file", params)).status).toBe(200);
  });
});
