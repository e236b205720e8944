import type { LocalWorkspace } from "@front-door/local-workspace";
import { encodeCaller } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  secret,
  servicePrincipal,
  startGateway,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterAll(() => workspace.close());
afterEach(async () => {
  workspace.clearFaults();
  await gateway.close();
});

const m2m = {
  DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
  DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
};
const asServicePrincipal = { kind: "oauth-m2m", principal: servicePrincipal.clientId };

async function start(settings: Record<string, string> = m2m): Promise<void> {
  gateway = await startGateway(workspace.url, { DATABRICKS_HTTP_PATH: warehousePath, ...settings });
}

/** The line about the last request. There is exactly one for each request. */
async function lastLine(lines = 1): Promise<Record<string, unknown>> {
  await until(() => gateway.audit.length >= lines, `${lines} audit lines`);
  expect(gateway.audit).toHaveLength(lines);
  return gateway.audit.at(-1) ?? {};
}

describe("the line about an operation", () => {
  beforeEach(() => start());

  test("has time, caller, workspace, identity, operation, target, outcome, duration and bytes", async () => {
    const headers = {
      "x-request-id": "request-1",
      "x-gateway-caller": encodeCaller("Ä. Person <a@example.com>"),
    };
    const path = "/Volumes/main/default/files/audited file.txt";
    await gateway.upload({ path }, "12345", { headers });
    const line = await lastLine();
    expect(line).toEqual({
      log: "audit",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      audit_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      request_id: "request-1",
      caller: "Ä. Person <a@example.com>",
      caller_kind: "signed-in",
      workspace: "default",
      identity: asServicePrincipal,
      operation: "write_file",
      target: { path },
      outcome: "ok",
      status: 200,
      duration_ms: expect.any(Number),
      bytes: 5,
    });
    await gateway.run("read_file", { path });
    expect(await lastLine(2)).toMatchObject({
      caller: "internal",
      caller_kind: "internal",
      operation: "read_file",
      status: 200,
      bytes: 5,
    });
  });

  test.each([
    ["anonymous", "anonymous"],
    ["аnоnуmоuѕ", "signed-in"],
    ["interna1", "signed-in"],
  ])("says what kind of caller %s is: %s", async (name, kind) => {
    await gateway.run("me", {}, { headers: { "x-gateway-caller": encodeCaller(name) } });
    expect(await lastLine()).toMatchObject({ caller: name, caller_kind: kind });
  });

  test("has an audit_id of its own, also if the caller chooses the same request id twice", async () => {
    const headers = { "x-request-id": "same-id-1" };
    await gateway.run("me", {}, { headers });
    await gateway.run("me", {}, { headers });
    await lastLine(2);
    expect(gateway.audit.map((line) => line["request_id"])).toEqual(["same-id-1", "same-id-1"]);
    expect(new Set(gateway.audit.map((line) => line["audit_id"])).size).toBe(2);
  });

  test.each<[string, object, object | null]>([
    ["me", {}, null],
    ["list_catalogs", {}, null],
    ["list_schemas", { catalog: "main" }, { catalog: "main" }],
    ["list_tables", { catalog: "main", schema: "default" }, { catalog: "main", schema: "default" }],
    ["get_table", { catalog: "main", schema: "s", name: "t" }, { catalog: "main", schema: "s", table: "t" }],
    [
      "ensure_volume",
      { catalog: "main", schema: "default", name: "files" },
      { catalog: "main", schema: "default", volume: "files" },
    ],
    ["get_statement", { statement_id: "01ef-2c" }, { statement_id: "01ef-2c" }],
  ])("%s names its target", async (op, params, target) => {
    await gateway.run(op, params);
    expect(await lastLine()).toMatchObject({ operation: op, target });
  });

  test("has Databricks' error as its outcome", async () => {
    await gateway.run("get_catalog", { name: "nowhere" });
    expect(await lastLine()).toMatchObject({ outcome: "CATALOG_DOES_NOT_EXIST", status: 404 });
  });

  test("has the outcome cancelled when the caller hung up", async () => {
    workspace.addFault({ path: "/api/2.1/*", delayMs: 5_000 });
    const controller = new AbortController();
    const call = gateway.run("get_catalog", { name: "main" }, { signal: controller.signal });
    await until(() => workspace.openRequests() === 1, "it runs");
    controller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    expect(await lastLine()).toMatchObject({ outcome: "cancelled", status: 499 });
  });

  test("is also written for refused parameters, but not for a request that names no operation", async () => {
    await gateway.run("no_operation");
    await gateway.run("me", {}, { headers: { "x-gateway-secret": "wrong" } });
    await gateway.run("get_catalog", { name: "a b" });
    expect(await lastLine()).toMatchObject({
      operation: "get_catalog",
      outcome: "INVALID_PARAMETER_VALUE",
      identity: null,
    });
  });

  test("is not written for a caller whose name is not encoded, and the request is refused", async () => {
    const answer = await gateway.run("me", {}, { headers: { "x-gateway-caller": "a b" } });
    expect([answer.status, errorOf(answer).error_code]).toEqual([400, "MALFORMED_REQUEST"]);
    await gateway.run("me");
    expect(await lastLine()).toMatchObject({ operation: "me", outcome: "ok" });
  });
});

test("a refusal by the policy has a line too, with the identity of the request", async () => {
  await start({
    ...m2m,
    ALLOWED_CATALOGS: "main",
    IDENTITY_POLICY: "user-or-service",
    ALLOWED_OPERATIONS: "get_*,me",
    IDENTITY_POLICY_OPERATIONS: "me=service",
  });
  await gateway.run("get_catalog", { name: "finance" });
  await gateway.run("list_catalogs");
  await gateway.run("me", {}, { token: tokenOf.bob });
  await gateway.run("get_catalog", { name: "main" }, { workspace: "nowhere" });
  await lastLine(4);
  expect(gateway.audit).toMatchObject([
    {
      outcome: "OPERATION_NOT_ALLOWED",
      target: { catalog: "finance" },
      identity: asServicePrincipal,
      status: 403,
    },
    { outcome: "OPERATION_NOT_ALLOWED", operation: "list_catalogs", identity: null },
    {
      outcome: "IDENTITY_NOT_ALLOWED",
      identity: { kind: "user", principal: expect.stringMatching(/^[\w-]{12}$/) },
    },
    { outcome: "UNKNOWN_WORKSPACE", workspace: "nowhere", identity: null, status: 404 },
  ]);
});

const jwt = (sub: string) =>
  [{ alg: "none" }, { sub }, "signature"]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");

describe("the principal of a token", () => {
  beforeEach(() => start());

  test("is a fingerprint until its own `me` has succeeded", async () => {
    await gateway.run("list_catalogs", {}, { token: tokenOf.bob });
    const { principal } = (await lastLine())["identity"] as { principal: string };
    expect(principal).toMatch(/^[\w-]{12}$/);
    await gateway.run("list_catalogs", {}, { token: tokenOf.carol });
    expect(((await lastLine(2))["identity"] as { principal: string }).principal).not.toBe(principal);
    await gateway.run("me", {}, { token: tokenOf.bob });
    await gateway.run("list_catalogs", {}, { token: tokenOf.bob });
    expect(await lastLine(4)).toMatchObject({ identity: { kind: "user", principal: "bob@example.com" } });
  });

  test("is the subject of a JSON web token once Databricks has accepted the token, and not before", async () => {
    const [known, forged] = [jwt("dora@example.com"), jwt("admin@example.com")];
    await workspace.changeCredentials({ addToken: { principal: "bob@example.com", token: known } });
    await gateway.run("list_catalogs", {}, { token: forged });
    expect(await lastLine()).toMatchObject({
      status: 403,
      identity: { principal: expect.stringMatching(/^[\w-]{12}$/) },
    });
    await gateway.run("list_catalogs", {}, { token: known });
    expect(await lastLine(2)).toMatchObject({ status: 200, identity: { principal: "dora@example.com" } });
    expect(JSON.stringify(gateway.audit)).not.toContain(known);
  });
});

describe("SQL", () => {
  const query = { sql: "SELECT :secret_value AS a", params: { secret_value: "a-value-of-a-person" } };

  test("appears as its first keyword and a digest, without its text and values", async () => {
    await start();
    expect((await gateway.run("execute_query", query)).status).toBe(200);
    const line = await lastLine();
    expect(line).toMatchObject({
      operation: "execute_query",
      target: { keyword: "SELECT", sha256: expect.stringMatching(/^[0-9a-f]{12}$/) },
      bytes: expect.any(Number),
    });
    expect(JSON.stringify(line)).not.toMatch(/secret_value|a-value-of/);
  });

  test("appears with its text and values if the settings say so, but without secrets", async () => {
    await start({ ...m2m, AUDIT_SQL: "true", AUDIT_PARAMETERS: "true" });
    const token = `dapi${"0123456789abcdef".repeat(2)}`;
    await gateway.run("execute_query", { ...query, sql: `SELECT :secret_value AS a -- ${token}` });
    const line = await lastLine();
    expect(line["target"]).toMatchObject({
      sql: "SELECT :secret_value AS a -- [redacted]",
      parameters: { secret_value: "a-value-of-a-person" },
    });
  });
});

test("no line contains the installation's secret, a token or a client secret", async () => {
  await start();
  for (const name of [secret, tokenOf.alice, servicePrincipal.clientSecret]) {
    await gateway.run(
      "file_metadata",
      { path: `/Volumes/main/default/files/${name}` },
      { token: tokenOf.alice },
    );
    await gateway.run("me", {}, { headers: { "x-gateway-caller": encodeCaller(name) } });
  }
  await until(() => gateway.audit.length === 6, "six lines");
  const text = JSON.stringify(gateway.audit);
  for (const canary of [secret, servicePrincipal.clientSecret]) expect(text).not.toContain(canary);
});
