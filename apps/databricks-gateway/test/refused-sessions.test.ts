import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

// A refused OpenSession says nothing about the statement, which was never sent.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_WAREHOUSE_ID: warehouseId,
  });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
afterEach(() => {
  workspace.clearFaults();
  workspace.clearRequests();
});

const refuse = (errorMessage: string, sqlState?: string) => {
  const thriftStatus = { errorMessage, ...(sqlState === undefined ? {} : { sqlState }) };
  workspace.addFault({ thriftMethod: "OpenSession", thriftStatus });
};

test.each([
  [
    "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: no CAN USE. SQLSTATE: 42501",
    403,
    "PERMISSION_DENIED",
  ],
  ["PERMISSION_DENIED: You do not have permission to use the SQL warehouse", 403, "PERMISSION_DENIED"],
  ["Access denied", 403, "PERMISSION_DENIED"],
  ["User is not authorized to use this endpoint", 403, "PERMISSION_DENIED"],
  [
    "[ENDPOINT_NOT_FOUND] SQL warehouse 1 does not exist at all in the database",
    404,
    "RESOURCE_DOES_NOT_EXIST",
  ],
  ["SQL warehouse 1 was not found", 404, "RESOURCE_DOES_NOT_EXIST"],
  ["[NO_SUCH_CATALOG_EXCEPTION] Catalog 'x' was not found. SQLSTATE: 42704", 404, "CATALOG_DOES_NOT_EXIST"],
  ["Catalog 'x' does not exist", 404, "CATALOG_DOES_NOT_EXIST"],
  ["[SCHEMA_NOT_FOUND] The schema `main`.`x` cannot be found. SQLSTATE: 42704", 404, "SCHEMA_DOES_NOT_EXIST"],
  ["[INVALID_PARAMETER_VALUE] Invalid value. SQLSTATE: 22023", 502, "UPSTREAM_ERROR"],
  ["invalid configuration", 502, "UPSTREAM_ERROR"],
  ["[INTERNAL_ERROR] The metastore was not found.", 502, "UPSTREAM_ERROR"],
])("a session refused with %j is %i %s, and the statement is not sent", async (words, status, code) => {
  refuse(words);
  const { body } = await gateway.run("execute_query", { sql: "INSERT INTO t VALUES (1)" });
  expect([body.status, body.error_code, body.outcome]).toEqual([status, code, undefined]);
  expect(body.error).toContain(words.replace(/^[A-Z_]+: /, ""));
  expect(body.retryable).toBe(status === 502);
  expect(thriftCalls(workspace)).toEqual(["OpenSession"]);
});

test("the SQLSTATE 42501 of a refused session means that the identity lacks a permission", async () => {
  refuse("[X_Y] no", "42501");
  const { body } = await gateway.run("execute_query", { sql: "SELECT 1" });
  expect([body.status, body.details]).toEqual([403, [{ error_class: "X_Y", sql_state: "42501" }]]);
});

test("a refused session with an error class whose words say that the warehouse starts is opened later", async () => {
  const errorMessage = "[TEMPORARY] SQL warehouse 1 is not ready (current state: STARTING)";
  workspace.addFault({ thriftMethod: "OpenSession", times: 1, thriftStatus: { errorMessage } });
  expect((await gateway.run("execute_query", { sql: "SELECT 1" })).status).toBe(200);
});

test("no host and no token is in the words of a refused session", async () => {
  refuse(`invalid ${new URL(workspace.url).host} ${tokenOf.alice}`);
  const { text } = await gateway.run("execute_query", { sql: "SELECT 1" });
  expect(text).not.toContain(new URL(workspace.url).host);
  expect(text).not.toContain(tokenOf.alice);
});
