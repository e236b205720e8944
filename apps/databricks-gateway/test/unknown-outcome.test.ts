import { createServer } from "node:net";
import { Readable } from "node:stream";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { definitionOf, isIdempotent, type OperationName } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTransport } from "../src/databricks/transport.ts";
import {
  type Answer,
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
  until,
} from "./gateway-under-test.ts";
import { warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
/** The same, but every operation has half a second. */
let hasty: GatewayUnderTest;

const files = "/Volumes/main/default/files";
const settings = { DATABRICKS_TOKEN: "local-token-alice", DATABRICKS_HTTP_PATH: warehousePath };

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url, settings);
  hasty = await startGateway(workspace.url, settings, { limits: { timeoutMs: 1_500 } });
});
afterAll(async () => {
  await gateway.close();
  await hasty.close();
  await workspace.close();
});
afterEach(() => workspace.clearFaults());

let serial = 0;
const fresh = (kind: string) => `${kind}-${++serial}`;

interface Mutation {
  readonly op: OperationName;
  /** Makes what the operation needs, and returns its parameters. */
  readonly params: () => Promise<object>;
  /** The one call to Databricks that has the effect. */
  readonly call: { readonly method: string; readonly path: string };
}

const volumes = "/api/2.1/unity-catalog/volumes";
const statements = "/api/2.0/sql/statements";
const newVolume = async () => ({ catalog: "main", schema: "default", name: fresh("volume") });
async function aFile(): Promise<object> {
  const path = `${files}/${fresh("file")}`;
  await gateway.upload({ path }, "x");
  return { path };
}
async function aCopy(): Promise<object> {
  const source_path = `${files}/${fresh("source")}`;
  await gateway.upload({ path: source_path }, "x");
  return { source_path, destination_path: `${files}/${fresh("copy")}` };
}
async function aDirectory(): Promise<object> {
  const path = `${files}/${fresh("directory")}`;
  await gateway.run("create_directory", { path });
  return { path };
}
/**
 * A reply is read before it is known what was called, so all are tried with these: `submit_statement` that reads is safe to
 * repeat, the others are not. fault-matrix.test.ts has every operation.
 */
const mutations: Readonly<Record<string, Mutation>> = {
  create_volume: { op: "create_volume", params: newVolume, call: { method: "POST", path: volumes } },
  delete_file: {
    op: "delete_file",
    params: aFile,
    call: { method: "DELETE", path: "/api/2.0/fs/files/*" },
  },
  // The matrix strikes its deletion.
  move_file: { op: "move_file", params: aCopy, call: { method: "PUT", path: "/api/2.0/fs/files/*" } },
  "submit_statement that writes": {
    op: "submit_statement",
    params: async () => ({ sql: `CREATE TABLE main.default.${fresh("t").replace("-", "_")} (a INT)` }),
    call: { method: "POST", path: `${statements}*` },
  },
  "submit_statement that reads": {
    op: "submit_statement",
    params: async () => ({ sql: "SELECT 1" }),
    call: { method: "POST", path: `${statements}*` },
  },
};

const idempotent = ({ op }: Mutation, params: object) => {
  const definition = definitionOf(op);
  return isIdempotent(definition, definition.params.parse(params));
};

const page = { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" };
type Fault = Parameters<LocalWorkspace["addFault"]>[0];
const coded = (error_code: string) => ({ body: { error_code, message: "No." } });

/** What comes back although the call has run, and the status that the caller sees. */
const afterRun: Readonly<Record<string, readonly [Fault, number]>> = {
  "a reset": [{ noReply: "reset" }, 502],
  "a 500": [{ status: 500, body: "" }, 502],
  "a 502": [{ status: 502, ...page }, 502],
  "a 503 without Retry-After": [{ status: 503, body: "" }, 503],
  "a 504": [{ status: 504, body: "" }, 502],
  "a 408": [{ status: 408, body: "" }, 408],
  "a 499": [{ status: 499, body: "" }, 499],
  "a 500 with the code of a throttled call": [{ status: 500, ...coded("REQUEST_LIMIT_EXCEEDED") }, 502],
  "a 500 with the code of a bad request": [{ status: 500, ...coded("BAD_REQUEST") }, 502],
  "a 500 with the code of something missing": [{ status: 500, ...coded("NOT_FOUND") }, 502],
  "a 500 with the code of something that is there": [{ status: 500, ...coded("ALREADY_EXISTS") }, 502],
  "a 500 with the code of what does not exist": [{ status: 500, ...coded("NOT_IMPLEMENTED") }, 502],
  "a 500 with the code of a busy service": [
    { status: 500, headers: { "retry-after": "120" }, ...coded("TEMPORARILY_UNAVAILABLE") },
    502,
  ],
  "a 503 with the code of a throttled call": [{ status: 503, ...coded("RESOURCE_EXHAUSTED") }, 503],
  "a 504 with the code of something missing": [{ status: 504, ...coded("NOT_FOUND") }, 502],
  "a 408 with the code of something missing": [{ status: 408, ...coded("NOT_FOUND") }, 408],
  "a 408 with an unknown code": [{ status: 408, ...coded("ODD_CODE") }, 408],
  "a 499 with the code of a bad request": [{ status: 499, ...coded("BAD_REQUEST") }, 499],
  "a 202": [{ status: 202, body: {} }, 502],
  "a page with status 200": [{ status: 200, ...page }, 502],
  "an empty page with status 200": [{ status: 200, headers: page.headers, body: "" }, 502],
  "a redirect": [{ status: 302, headers: { location: "/login.html" }, body: "" }, 502],
};

describe.each(Object.entries(mutations))("%s", (_title, mutation) => {
  test.each(Object.entries(afterRun))(
    "has an unknown outcome or is safe to repeat when it ran and the reply is %s",
    async (_what, [fault, status]) => {
      const params = await mutation.params();
      workspace.addFault({ ...mutation.call, afterRun: true, ...fault });
      workspace.clearRequests();
      const answer = await gateway.run(mutation.op, params);
      expect(answer.status).toBe(status);
      const path = mutation.call.path.replace("*", "");
      const sent = workspace.requests().filter((request) => {
        return request.method === mutation.call.method && request.path.startsWith(path);
      });
      expect(sent).toHaveLength(1);
      if (idempotent(mutation, params)) {
        expect(answer.body.retryable).toBe(answer.body.error_code !== "UPSTREAM_INVALID_RESPONSE");
      } else {
        expect(answer.body).toMatchObject({
          retryable: false,
          outcome: "unknown",
          error: expect.stringMatching(/may have taken effect|not known whether the file was stored/),
        });
        expect(answer.headers["retry-after"]).toBeUndefined();
      }
      expect(answer.body.error).not.toContain("could not be reached");
    },
  );

  test("has an unknown outcome or is safe to repeat when the deadline passes before the reply", async () => {
    const params = await mutation.params();
    workspace.addFault({ ...mutation.call, afterRun: true, noReply: "silent" });
    const answer = await hasty.run(mutation.op, params);
    expect([answer.status, answer.body.error_code]).toEqual([504, "DEADLINE_EXCEEDED"]);
    expect(answer.body).toMatchObject(
      idempotent(mutation, params) ? { retryable: true } : { retryable: false, outcome: "unknown" },
    );
  });

  test.each<[string, Fault, number, boolean]>([
    ["a 503 with Retry-After", { status: 503, headers: { "retry-after": "120" }, body: "" }, 503, true],
    ["a 429", { status: 429, headers: { "retry-after": "120" }, body: "" }, 429, true],
    ["a 400", { status: 400, body: { error_code: "INVALID_STATE", message: "no" } }, 400, false],
    ["a 409", { status: 409, body: { error_code: "RESOURCE_CONFLICT", message: "no" } }, 409, false],
  ])("has a known outcome after %s", async (_what, fault, status, retryable) => {
    const params = await mutation.params();
    workspace.addFault({ ...mutation.call, ...fault });
    const answer = await gateway.run(mutation.op, params);
    expect([answer.status, answer.body.retryable, answer.body.outcome]).toEqual([
      status,
      retryable,
      undefined,
    ]);
  });
});

describe("an operation that was never sent is retryable, with a known outcome, when", () => {
  const deletion = { path: `${files}/never-sent` };
  const untouched = { retryable: true };

  async function deleted(by: GatewayUnderTest): Promise<Answer> {
    const answer = await by.run("delete_file", deletion);
    await by.close();
    expect(answer.body.outcome).toBeUndefined();
    return answer;
  }

  test("the connection is refused", async () => {
    const answer = await deleted(await startGateway("http://127.0.0.1:9"));
    expect(answer.body).toMatchObject({ ...untouched, error: "Databricks could not be reached." });
  });

  test("the host has no address", async () => {
    const settingsOfNobody = { DATABRICKS_TOKEN: "t", LOCAL_WORKSPACE: "false" };
    const answer = await deleted(await startGateway("https://no-such-workspace.invalid", settingsOfNobody));
    expect(answer.body).toMatchObject({ ...untouched, error: "Databricks could not be reached." });
  });

  test("the certificate is not trusted", async () => {
    const secure = await startWorkspace({ tls: true });
    const answer = await deleted(await startGateway(secure.url));
    expect(answer.body).toMatchObject({ ...untouched, error: "Databricks could not be reached." });
    expect(secure.requests()).toEqual([]);
    await secure.close();
  });

  test("the connection breaks during the TLS handshake", async () => {
    const rude = createServer((socket) => socket.once("data", () => socket.destroy()));
    await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve));
    const { port } = rude.address() as { port: number };
    const answer = await deleted(await startGateway(`https://127.0.0.1:${port}`));
    expect(answer.body).toMatchObject({ ...untouched, error: "Databricks could not be reached." });
    rude.close();
  });

  test.each<[string, Fault, number]>([
    ["fails", { status: 500, body: "" }, 502],
    ["resets", { noReply: "reset" }, 502],
    ["is too busy", { status: 503, body: "" }, 503],
    ["is silent until the deadline", { noReply: "silent" }, 504],
  ])("the login service %s", async (_what, fault, status) => {
    const credentials = {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    };
    workspace.addFault({ path: "/oidc/*", ...fault });
    const answer = await deleted(
      await startGateway(workspace.url, credentials, { limits: { timeoutMs: 500 } }),
    );
    expect([answer.status, answer.body.retryable]).toEqual([status, true]);
  });

  test("the list of warehouses that comes before a statement cannot be read", async () => {
    const choosing = await startGateway(workspace.url, { DATABRICKS_TOKEN: "local-token-alice" });
    workspace.addFault({ path: "/api/2.0/sql/warehouses*", status: 500, body: "" });
    const answer = await choosing.run("submit_statement", { sql: "CREATE TABLE main.default.never (a INT)" });
    expect([answer.status, answer.body.retryable, answer.body.outcome]).toEqual([502, true, undefined]);
    await choosing.close();
  });

  test("the caller stops in the middle of an upload, which is never stored in part", async () => {
    const idle = await startGateway(workspace.url, settings, { limits: { callerIdleMs: 300 } });
    const body = new Readable({ read() {} });
    body.push("half");
    const path = `${files}/${fresh("half")}`;
    const answer = await idle.upload({ path, overwrite: false }, body);
    expect([answer.status, answer.body.retryable, answer.body.outcome]).toEqual([408, true, undefined]);
    body.destroy();
    expect((await gateway.run("file_metadata", { path })).status).toBe(404);
    await idle.close();
  });

  test.each(["calls", "bytes"] as const)("no connection for %s becomes free", async (kind) => {
    const transport = createTransport({ origin: workspace.url });
    const path = "/api/2.0/preview/scim/v2/Me";
    const call = (method: "GET" | "PUT", signal: AbortSignal) => {
      const request = { method, path, headers: {}, signal };
      return kind === "bytes"
        ? transport.send({ ...request, pool: "bytes" })
        : transport.exchange({ ...request, bytesMax: () => 1_000 });
    };
    workspace.addFault({ method: "GET", path, noReply: "silent" });
    const asked = () => workspace.requests().filter((request) => request.path === path).length;
    workspace.clearRequests();
    const held = new AbortController();
    const holding = Promise.allSettled(Array.from({ length: 256 }, () => call("GET", held.signal)));
    await until(() => asked() === 256, "every connection is taken");
    await expect(call("PUT", AbortSignal.timeout(200))).rejects.toMatchObject({ surelyNotRun: true });
    expect(asked()).toBe(256);
    held.abort();
    await holding;
    await transport.close();
  });
});

describe("a recursive deletion", () => {
  test("has an unknown outcome when it fails after its first deletion, even by a refusal", async () => {
    const { path } = (await aDirectory()) as { path: string };
    await gateway.upload({ path: `${path}/a` }, "x");
    await gateway.upload({ path: `${path}/b` }, "x");
    workspace.addFault({ method: "DELETE", path: `/api/2.0/fs/files${path}/b`, delayMs: 100, status: 403 });
    const answer = await gateway.run("delete_directory", { path, recursive: true });
    expect(answer.body).toMatchObject({ status: 403, retryable: false, outcome: "unknown" });
    expect(answer.body.error).toContain("A part of the directory may have been deleted.");
  });

  test("has a known outcome when its first deletion is refused", async () => {
    const { path } = (await aDirectory()) as { path: string };
    await gateway.upload({ path: `${path}/a` }, "x");
    workspace.addFault({ method: "DELETE", status: 403, body: "" });
    const answer = await gateway.run("delete_directory", { path, recursive: true });
    expect([answer.status, answer.body.outcome]).toEqual([403, undefined]);
  });

  test("has an unknown outcome when the listing after its first deletion fails", async () => {
    const { path } = (await aDirectory()) as { path: string };
    await gateway.upload({ path: `${path}/a` }, "x");
    workspace.addFault({ method: "GET", path: `/api/2.0/fs/directories${path}`, nth: 2, status: 500 });
    const answer = await gateway.run("delete_directory", { path, recursive: true });
    expect(answer.body).toMatchObject({ status: 502, retryable: false, outcome: "unknown" });
  });
});

test("a defect in the middle of a mutation has an unknown outcome and reveals no details", async () => {
  const broken = await startGateway(workspace.url, settings, {
    handlers: { delete_file: () => Promise.reject(new TypeError("a secret detail")) },
  });
  const answer = await broken.run("delete_file", { path: `${files}/x` });
  expect(answer.body).toMatchObject({
    status: 500,
    error_code: "INTERNAL_ERROR",
    retryable: false,
    outcome: "unknown",
    error: "Internal error. The log explains it under this request id. The operation may have taken effect.",
  });
  expect(broken.log.at(-1)).toMatchObject({ cause: "TypeError: a secret detail", stack: expect.any(Array) });
  await broken.close();
});
