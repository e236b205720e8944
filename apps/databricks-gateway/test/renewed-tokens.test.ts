import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type GatewayUnderTest, servicePrincipal, startGateway, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

// A token that expires in the middle of a statement costs nothing: Databricks did nothing for the refused call, so it is
// sent again with the next token.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace({ sqlLimits: { directResultsWaitMs: 0 } });
});
afterAll(() => workspace.close());
// A gateway discards one token in five seconds, so each test has its own.
beforeEach(async () => {
  gateway = await startGateway(workspace.url, {
    DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    DATABRICKS_WAREHOUSE_ID: warehouseId,
  });
  await gateway.run("execute_query", { sql: "SELECT 1" });
  await until(() => workspace.openStatements() === 0 && workspace.openRequests() === 0, "it is closed");
  workspace.clearRequests();
});
afterEach(() => gateway.close());

const refused = () =>
  workspace.requests().filter(({ status, thriftMethod }) => status === 403 && thriftMethod !== undefined);

test("a token that expires during a long fetch is renewed", async () => {
  const sql = "SELECT id, repeat('x', 100) FROM range(0, 60000)";
  // Through a connection that holds little, so that most of the rows are still to be fetched.
  const dispatcher = await gateway.openSmallConnections();
  const reply = await gateway.open("execute_query", { sql, format: "ndjson" }, { dispatcher });
  const body = reply.body[Symbol.asyncIterator]();
  let text = String((await body.next()).value);
  await workspace.changeCredentials({ revokeIssuedTokens: true });
  for (let next = await body.next(); !next.done; next = await body.next()) text += String(next.value);
  expect(text.endsWith('\n{"complete":true,"row_count":60000,"truncated":false}\n')).toBe(true);
  expect(refused().map(({ thriftMethod }) => thriftMethod)).toContain("FetchResults");
});

test("a token that expires during a long statement is renewed", async () => {
  // It runs until the warehouse does.
  workspace.setWarehouseState(warehouseId, "STARTING");
  const answer = gateway.run("execute_query", { sql: "SELECT 1" });
  await until(() => thriftCalls(workspace).includes("GetOperationStatus"), "it runs");
  await workspace.changeCredentials({ revokeIssuedTokens: true });
  await until(() => refused().length > 0, "the token is refused");
  workspace.setWarehouseState(warehouseId, "RUNNING");
  expect((await answer).status).toBe(200);
});

test("a token that expires before a statement that may write is renewed, and the statement runs once", async () => {
  await gateway.run("execute_query", { sql: "CREATE OR REPLACE TABLE main.default.renewed (n INT)" });
  await workspace.changeCredentials({ revokeIssuedTokens: true });
  const inserted = await gateway.run("execute_query", { sql: "INSERT INTO main.default.renewed VALUES (1)" });
  expect(inserted.status).toBe(200);
  const { body } = await gateway.run("execute_query", { sql: "SELECT n FROM main.default.renewed" });
  expect(body.rows).toEqual([[1]]);
});

test("a token that expires before a session is opened is renewed", async () => {
  await workspace.changeCredentials({ revokeIssuedTokens: true });
  const params = { sql: "SELECT current_catalog()", catalog: "samples" };
  expect((await gateway.run("execute_query", params)).body).toMatchObject({ rows: [["samples"]] });
  expect(refused().map(({ thriftMethod }) => thriftMethod)).toEqual(["OpenSession"]);
});

test("a file that meets a revoked token is not stored, and may be sent again: the next try has another token", async () => {
  const path = "/Volumes/main/default/files/renewed.bin";
  await workspace.changeCredentials({ revokeIssuedTokens: true });
  const refusal = await gateway.upload({ path, overwrite: false }, "first");
  expect([refusal.status, refusal.body.retryable, refusal.headers["retry-after"]]).toEqual([503, true, "1"]);
  const stored = await gateway.upload({ path, overwrite: false }, "second");
  expect([stored.status, stored.body]).toEqual([200, { path, file_size: 6, created: true }]);
});

test("a caller's own token, which cannot be renewed, returns 401 or 403 when Databricks refuses it", async () => {
  const answer = await gateway.run("execute_query", { sql: "SELECT 1" }, { token: "local-token-nobody" });
  expect([401, 403]).toContain(answer.status);
  expect(answer.body.outcome).toBeUndefined();
});
