import { execFile } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import tls from "node:tls";
import { inspect } from "node:util";
import { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import { CatalogsService, VolumesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
import { CurrentUserService } from "@databricks/sdk-experimental/dist/apis/iam/index.js";
import { ServingEndpointsService } from "@databricks/sdk-experimental/dist/apis/serving/index.js";
import type { QueryEndpointInput } from "@databricks/sdk-experimental/dist/apis/serving/model.js";
import { StatementExecutionService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { Config, type ConfigOptions } from "@databricks/sdk-experimental/dist/config/Config.js";
import { Context } from "@databricks/sdk-experimental/dist/context/index.js";
import { NamedLogger } from "@databricks/sdk-experimental/dist/logging/index.js";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { OperationError } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { fixedCredential } from "../src/databricks/credential.ts";
import { GatewayApiClient } from "../src/databricks/gateway-api-client.ts";
import { createTransport, type Transport } from "../src/databricks/transport.ts";
import { startForeignOrigin } from "./foreign-origin.ts";
import {
  errorOf,
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { warehouseId } from "./sql-under-test.ts";

// One test for each row of docs/sdk-transport.md, SDK. Most show first that the SDK's own client still has the defect, so that it
// fails when a version of the SDK no longer needs the cure, and then that the gateway does not have it.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let transport: Transport;
/** The gateway's client, for the services of the SDK. */
let ours: GatewayApiClient;

const scimMe = "/api/2.0/preview/scim/v2/Me";
const files = "/Volumes/main/default/files";

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  transport = createTransport({ origin: workspace.url });
  ours = new GatewayApiClient(transport, fixedCredential(tokenOf.alice), "pat", (text) => text);
});
afterAll(async () => {
  await gateway.close();
  await transport.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.log.length = 0;
});
afterEach(() => {
  workspace.clearFaults();
  vi.unstubAllEnvs();
});

function theirs(options: ConfigOptions = { token: tokenOf.alice, loaders: [] }): ApiClient {
  return new ApiClient(new Config({ host: workspace.url, ...options }));
}

const pending = Symbol("pending");
function within<T>(ms: number, work: Promise<T>): Promise<T | typeof pending> {
  work.catch(() => {});
  return Promise.race([work, new Promise<typeof pending>((resolve) => setTimeout(resolve, ms, pending))]);
}

/** Runs a script that has the SDK's own client as `client` in a process of its own, which it may bring down. */
function runTheirs(script: string): Promise<{ code: number; stderr: string }> {
  const source = `
    import { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
    import { FilesService } from "@databricks/sdk-experimental/dist/apis/files/index.js";
    import { Config } from "@databricks/sdk-experimental/dist/config/Config.js";
    const client = new ApiClient(new Config({ host: "${workspace.url}", token: "${tokenOf.alice}", loaders: [] }));
    ${script}`;
  const cwd = join(import.meta.dirname, "..");
  return new Promise((resolve) => {
    execFile(process.execPath, ["--input-type=module", "-e", source], { cwd }, (error, _stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stderr });
    });
  });
}

test("1: a workspace whose certificate is not trusted gets no token", async () => {
  const secure = await startWorkspace({ tls: true });
  const naive = new CurrentUserService(theirs({ host: secure.url, token: tokenOf.alice, loaders: [] }));
  expect(await naive.me()).toMatchObject({ userName: "alice@example.com" });
  secure.clearRequests();

  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const strict = await startGateway(secure.url);
  const refused = await strict.run("me");
  expect([refused.status, errorOf(refused).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  expect(secure.requests()).toEqual([]);

  const before = tls.getCACertificates();
  tls.setDefaultCACertificates([...before, await readFile(secure.caFile ?? "", "utf8")]);
  const trusting = await startGateway(secure.url);
  expect((await trusting.run("me")).status).toBe(200);
  tls.setDefaultCACertificates(before);
  await Promise.all([strict.close(), trusting.close()]);
  await secure.close();
});

test("2: nothing of the environment or of ~/.databrickscfg gets into a client", async () => {
  vi.stubEnv("DATABRICKS_TOKEN", tokenOf.bob);
  expect(await new CurrentUserService(theirs({})).me()).toMatchObject({ userName: "bob@example.com" });
  vi.stubEnv("DATABRICKS_CLIENT_ID", servicePrincipal.clientId);
  vi.stubEnv("DATABRICKS_CLIENT_SECRET", servicePrincipal.clientSecret);
  await expect(new CurrentUserService(theirs({ token: tokenOf.carol })).me()).rejects.toThrow(
    /more than one/,
  );

  const own = await startGateway(workspace.url, { DATABRICKS_TOKEN: tokenOf.alice });
  expect((await own.run("me")).body.user_name).toBe("alice@example.com");
  expect((await own.run("me", {}, { token: tokenOf.carol })).body.user_name).toBe("carol@example.com");
  await own.close();
});

test("3: a redirect is refused, and the other origin sees nothing", async () => {
  const foreign = await startForeignOrigin();
  const location = `${foreign.url}/collect`;
  workspace.addFault({ path: scimMe, times: 1, status: 302, headers: { location } });
  expect(await within(300, new CurrentUserService(theirs()).me())).toBe(pending);
  expect(foreign.seen[0]?.headers.authorization).toBe(`Bearer ${tokenOf.alice}`);
  workspace.addFault({ path: scimMe, times: 1, status: 307, headers: { location } });
  expect(await new CurrentUserService(theirs()).me()).toEqual({});
  foreign.seen.length = 0;

  for (const status of [301, 302, 303, 307, 308]) {
    workspace.addFault({ path: scimMe, times: 1, status, headers: { location } });
    const answer = await gateway.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
    expect(answer.text).not.toContain(foreign.url);
  }
  // An operation without a result has nothing else that could tell it from a success.
  workspace.addFault({ method: "DELETE", times: 1, status: 307, headers: { location } });
  expect((await gateway.run("delete_file", { path: `${files}/README.txt` })).status).toBe(502);
  expect(foreign.seen).toEqual([]);
  await foreign.close();
});

test("4: an upload has its bytes, and the SDK's own way of uploading is stopped before it empties a file", async () => {
  const upload = {
    file_path: `${files}/trap-4.txt`,
    overwrite: true,
    contents: new Blob(["precious bytes"]).stream(),
  };
  await gateway.upload({ path: upload.file_path }, "before");
  await new FilesService(theirs()).upload(upload as never);
  expect((await gateway.run("file_metadata", { path: upload.file_path })).body.file_size).toBe(0);

  await gateway.upload({ path: upload.file_path }, "precious bytes");
  await expect(new FilesService(ours).upload(upload as never)).rejects.toThrow(OperationError);
  expect((await gateway.run("read_file", { path: upload.file_path })).text).toBe("precious bytes");
});

describe("5: downloads", () => {
  const file_path = `${files}/trap-5.bin`;
  const download = () =>
    ours.open({ method: "GET", path: `/api/2.0/fs/files${file_path}` }, AbortSignal.timeout(60_000));
  const bytes = 48 * 1024 * 1024;
  beforeAll(async () => {
    await gateway.upload({ path: file_path }, Buffer.alloc(bytes));
  });

  test("a reader that does not read stops the sender, and one that cancels ends the request", async () => {
    await new FilesService(theirs()).download({ file_path });
    await until(
      () => workspace.requests().at(-1)?.state === "done",
      "the SDK has read the whole file for nobody",
    );

    workspace.clearRequests();
    const paused = await download();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(workspace.requests()[0]?.state).toBe("open");
    paused.body.on("error", () => {}).destroy();
    await until(() => workspace.openRequests() === 0, "the request is ended");
    expect(workspace.requests()[0]?.state).toBe("aborted");
  });

  test("cancelling in the middle does not end the process", async () => {
    const { code, stderr } = await runTheirs(`
      const { contents } = await new FilesService(client).download({ file_path: "${file_path}" });
      const reader = contents.getReader();
      await reader.read();
      await reader.cancel();
      await new Promise((resolve) => setTimeout(resolve, 60_000));`);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/ERR_INVALID_STATE|Controller is already closed/);

    const { body } = await download();
    for await (const _chunk of body) break;
    await until(() => workspace.openRequests() === 0, "the request is ended");
    // Vitest fails the run for an uncaught exception.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  test("the SDK's own way of downloading is stopped", async () => {
    await expect(new FilesService(ours).download({ file_path })).rejects.toThrow(OperationError);
    await expect(new FilesService(ours).getMetadata({ file_path })).rejects.toThrow(OperationError);
  });
});

test("6: a source that breaks off ends the upload, leaves no request open and no promise unhandled", async () => {
  const broken = await runTheirs(`
    const { ReadableStream } = await import("@databricks/sdk-experimental/dist/fetch.js");
    const source = new ReadableStream({
      start(controller) { controller.enqueue(Buffer.alloc(10)); },
      pull(controller) { controller.error(new Error("the source broke")); },
    });
    setTimeout(() => process.exit(0), 60_000);
    await client.request({ path: "/api/2.0/fs/files${files}/trap-6a.txt", method: "PUT", query: {},
      headers: new Headers(), raw: false, payload: source }).catch(() => {});`);
  expect(broken.code).not.toBe(0);
  expect(broken.stderr).toContain("the source broke");

  const path = `${files}/trap-6.txt`;
  const source = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.alloc(10)),
    pull: (controller) => controller.error(new Error("the source broke")),
  });
  await expect(gateway.upload({ path }, Readable.fromWeb(source))).rejects.toThrow("the source broke");
  await until(() => workspace.openRequests() === 0, "no request stays open");
  expect((await gateway.run("file_metadata", { path })).status).toBe(404);
});

test("7: a PATCH has its body", async () => {
  const update = { name: "main", comment: "a new comment" };
  await new CatalogsService(theirs()).update(update).catch(() => {});
  expect(workspace.requests().at(-1)).toMatchObject({ method: "PATCH", bodyBytes: 0 });

  expect(await new CatalogsService(ours).update(update)).toMatchObject({ comment: "a new comment" });
  expect(workspace.requests().at(-1)?.bodyBytes).toBeGreaterThan(0);
});

test("8: a workspace that stays silent, or falls silent in the middle, does not hold a call", async () => {
  workspace.addFault({ path: scimMe, nth: 1, delayMs: 1_500 });
  const impatient = theirs({ token: tokenOf.alice, loaders: [], httpTimeoutSeconds: 0.1 });
  expect(await within(500, new CurrentUserService(impatient).me())).toBe(pending);
  workspace.clearFaults();

  const hasty = await startGateway(workspace.url, undefined, { limits: { timeoutMs: 200 } });
  for (const fault of [{ delayMs: 10 * 60_000 }, { stallBodyAfterBytes: 10 }]) {
    workspace.addFault({ path: scimMe, ...fault });
    const answer = await hasty.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([504, "DEADLINE_EXCEEDED"]);
    workspace.clearFaults();
  }
  await hasty.close();
  // Without an operation around it there is a limit too.
  workspace.addFault({ path: scimMe, delayMs: 10 * 60_000 });
  await expect(new CurrentUserService(ours.until(AbortSignal.timeout(100))).me()).rejects.toThrow(
    OperationError,
  );
});

test("9: a 429 is passed on at once if its Retry-After is long, and no creation is ever repeated", async () => {
  workspace.addFault({ path: scimMe, status: 429, headers: { "retry-after": "60" }, body: "" });
  workspace.addFault({
    method: "POST",
    status: 400,
    body: { error_code: "X_Y", message: "Unexpected error" },
  });
  const volume = { catalog_name: "main", schema_name: "default", name: "trap_9" };
  const calls = [
    new CurrentUserService(theirs()).me(),
    new VolumesService(theirs()).create({ ...volume, volume_type: "MANAGED" }),
  ];
  const sent = (method: string) => workspace.requests().filter((request) => request.method === method).length;
  await until(() => sent("GET") > 1 && sent("POST") > 1, "the SDK sends both again");
  expect(await Promise.all(calls.map((each) => within<unknown>(0, each)))).toEqual([pending, pending]);

  // The SDK goes on in the background, as alice; the gateway's calls are carol's.
  const token = tokenOf.carol;
  const busy = await gateway.run("me", {}, { token });
  expect([busy.status, busy.headers["retry-after"]]).toEqual([429, "60"]);
  const params = { catalog: "main", schema: "default", name: "trap_9" };
  expect((await gateway.run("create_volume", params, { token })).status).toBe(400);
  const carols = workspace.requests().filter(({ principal }) => principal === "carol@example.com");
  expect(carols.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("10: an empty page that carries a token does not end a listing", async () => {
  workspace.addFault({ method: "GET", emptyPages: 2 });
  const seen = [];
  for await (const catalog of new CatalogsService(theirs()).list({ max_results: 10 })) seen.push(catalog);
  expect(seen).toEqual([]);

  for (const [op, params, field] of [
    ["list_catalogs", {}, "catalogs"],
    ["list_schemas", { catalog: "main" }, "schemas"],
    ["list_tables", { catalog: "main", schema: "sales" }, "tables"],
    ["list_volumes", { catalog: "main", schema: "default" }, "volumes"],
    ["list_directory", { path: files }, "contents"],
    ["list_warehouses", {}, "warehouses"],
  ] as const) {
    const { body } = await gateway.run(op, {
      ...params,
      ...(op === "list_warehouses" ? {} : { max_results: 1 }),
    });
    expect([op, body[field]?.length > 0]).toEqual([op, true]);
  }
});

test("11: path traversal in a name is refused, and every other character of a name arrives", async () => {
  const name = "../../../2.0/preview/scim/v2/Users/1";
  await new CatalogsService(theirs()).delete({ name }).catch(() => {});
  expect(workspace.requests().at(-1)?.path).toBe("/api/2.0/preview/scim/v2/Users/1");

  workspace.clearRequests();
  for (const bad of [
    name,
    encodeURIComponent(name),
    "%2e%2e",
    "%252e%252e%252fx",
    "a\\..\\b",
    "a?b",
    "a#b",
    "a\r\nb",
  ]) {
    await expect(new CatalogsService(ours).delete({ name: bad })).rejects.toMatchObject({
      code: "INVALID_PARAMETER_VALUE",
    });
  }
  expect((await gateway.run("get_catalog", { name: "%2e%2e%2f%2e%2e" })).status).toBe(400);
  expect(workspace.requests()).toEqual([]);

  await gateway.run("get_catalog", { name: "a%b\\c#d?e&f=ü" });
  expect(workspace.requests()[0]?.path).toBe(
    "/api/2.1/unity-catalog/catalogs/a%25b%5Cc%23d%3Fe%26f%3D%C3%BC",
  );
});

test("12: an error keeps its code and message whatever stands beside them", async () => {
  const body = {
    error_code: "CATALOG_DOES_NOT_EXIST",
    message: "Catalog 'x' does not exist.",
    details: [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id: "1" }],
  };
  const path = "/api/2.1/unity-catalog/catalogs/x";
  workspace.addFault({ path, status: 404, body });
  const lost = await new CatalogsService(theirs()).get({ name: "x" }).catch((error: unknown) => error);
  expect(lost).not.toMatchObject({ errorCode: "CATALOG_DOES_NOT_EXIST" });
  const answer = await gateway.run("get_catalog", { name: "x" });
  expect(errorOf(answer)).toMatchObject({
    error: body.message,
    status: 404,
    error_code: body.error_code,
    details: [{ reason: "RequestInfo", metadata: { request_id: "1" } }],
  });
  workspace.clearFaults();

  workspace.addFault({ path, status: 403, body: { error_code: 403, message: { text: "no" } } });
  await expect(new CatalogsService(theirs()).get({ name: "x" })).rejects.toThrow(TypeError);
  expect(errorOf(await gateway.run("get_catalog", { name: "x" })).error_code).toBe("PERMISSION_DENIED");
});

const countOf = (path: string) => workspace.requests().filter((request) => request.path === path).length;

describe("13: OAuth", () => {
  const discovery = "/oidc/.well-known/oauth-authorization-server";

  test("twenty first calls at once make one discovery and one token request", async () => {
    const naive = theirs({ ...servicePrincipal, loaders: [] });
    await Promise.all(Array.from({ length: 20 }, () => new CurrentUserService(naive).me()));
    expect(countOf("/oidc/v1/token")).toBeGreaterThan(1);
    workspace.clearRequests();

    const m2m = await startGateway(workspace.url, {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => m2m.run("me")));
    expect(answers.every(({ body }) => body.user_name === servicePrincipal.clientId)).toBe(true);
    expect([countOf(discovery), countOf("/oidc/v1/token")]).toEqual([1, 1]);
    await m2m.close();
  });

  test("a token endpoint of another origin does not get the secret", async () => {
    const evil = await startForeignOrigin((_request, response) =>
      response.end(JSON.stringify({ access_token: "x", token_type: "Bearer", expires_in: 3600 })),
    );
    const body = { authorization_endpoint: `${evil.url}/a`, token_endpoint: `${evil.url}/token` };
    workspace.addFault({ path: discovery, status: 200, body });
    await new CurrentUserService(theirs({ ...servicePrincipal, loaders: [] })).me().catch(() => {});
    expect(evil.seen[0]?.headers.authorization).toMatch(/^Basic /);
    evil.seen.length = 0;

    const m2m = await startGateway(workspace.url, {
      DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    });
    const answer = await m2m.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
    expect(evil.seen).toEqual([]);
    await m2m.close();
    await evil.close();
  });
});

test("14: neither the log nor an error has a token, a secret or the workspace's host in it", async () => {
  const logged: unknown[] = [];
  NamedLogger.getOrCreate("trap-14", {
    factory: () => ({ log: (_level, _message, entry) => logged.push(entry) }),
    fieldNameDenyList: [],
  });
  const logger = NamedLogger.getOrCreate("trap-14");
  await new CatalogsService(theirs()).get({ name: "nowhere" }, new Context({ logger })).catch(() => {});
  expect(inspect(logged, { depth: 20 })).toContain(tokenOf.alice);

  const host = new URL(workspace.url).host;
  const message = `Bearer ${tokenOf.bob} was refused by ${workspace.url}/api?x=1; dapi0123456789abcdef0123456789abcdef`;
  workspace.addFault({
    path: scimMe,
    nth: 1,
    status: 403,
    body: { error_code: "PERMISSION_DENIED", message },
  });
  workspace.addFault({ path: scimMe, nth: 1, status: 500, body: message });
  workspace.addFault({ path: scimMe, nth: 1, cutAfterBytes: 3 });
  const texts: string[] = [];
  for (let call = 0; call < 4; call++) {
    const answer = await gateway.run("me", {}, { token: tokenOf.bob });
    texts.push(answer.text);
  }
  const thrown = await new CatalogsService(ours).get({ name: "nowhere" }).catch((error: unknown) => error);
  texts.push(inspect(thrown, { depth: 20, showHidden: true }));
  expect(texts.join()).not.toContain(host);
  expect([...texts, JSON.stringify(gateway.log)].join()).not.toMatch(
    /local-token|dapi0123|a-secret-of-the-tests/,
  );
});

describe("15: clients share what they can", () => {
  test("identities use the same connections", async () => {
    const shared = await startGateway(workspace.url);
    let connections = 0;
    const origin = new URL(workspace.url).host;
    const count = (message: unknown) => {
      const { connectParams } = message as { connectParams: { host: string } };
      if (connectParams.host === origin) connections += 1;
    };
    subscribe("undici:client:connected", count);
    for (const token of [tokenOf.alice, tokenOf.bob, tokenOf.carol, tokenOf.alice]) {
      expect((await shared.run("me", {}, { token })).status).toBe(200);
    }
    unsubscribe("undici:client:connected", count);
    expect(connections).toBe(1);
    await shared.close();
  });

  test("an integer beyond 2^53 arrives digit for digit", async () => {
    const body = '{"userName":"x","id":9223372036854775807,"active":true}';
    workspace.addFault({ path: scimMe, status: 200, body });
    expect((await new CurrentUserService(theirs()).me()).id).not.toBe("9223372036854775807");
    expect((await gateway.run("me")).body.id).toBe("9223372036854775807");
  });
});

test("16: a submitted statement has its query tags", async () => {
  const statement = {
    statement: "SELECT 1",
    warehouse_id: warehouseId,
    query_tags: [{ key: "a", value: "b" }],
  };
  await new StatementExecutionService(theirs()).executeStatement(statement);
  expect(workspace.statements().at(-1)?.tags).toEqual([]);
  await gateway.run("submit_statement", { sql: "SELECT 1", warehouse_id: warehouseId });
  expect(
    workspace
      .statements()
      .at(-1)
      ?.tags.map(({ key }) => key),
  ).toEqual(["front_door_caller", "front_door_request_id"]);
});

test("17: a question to a model has every field that its caller gave", async () => {
  const question = { messages: [{ role: "user", content: "Hello" }], top_p: 0.5, tools: [] };
  const { messages } = question;
  // The SDK's type has no `top_p` and no `tools`.
  const theirQuery = { name: "echo-chat", ...question } as unknown as QueryEndpointInput;
  await new ServingEndpointsService(theirs()).query(theirQuery);
  expect(workspace.requests().at(-1)?.bodyBytes).toBe(JSON.stringify({ messages }).length);
  await gateway.run("query_serving_endpoint", { endpoint_name: "echo-chat", request: question });
  expect(workspace.requests().at(-1)?.bodyBytes).toBe(JSON.stringify(question).length);
});
