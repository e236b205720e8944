import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

// Whatever answers a call of the Thrift protocol, the query fails at once and leaves its place to the next.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace({ sqlLimits: { directResultsWaitMs: 0 } });
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_WAREHOUSE_ID: warehouseId,
  });
  // Loads the driver, which takes a while.
  await query();
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
});
afterEach(() => workspace.clearFaults());

// It runs long enough for its state to be asked for, and has more rows than come with the first reply.
const sql = "SELECT a.id FROM range(0, 3000000) a WHERE a.id % 7 <> 3";
const query = (params: object = {}) => gateway.run("execute_query", { sql, row_limit: 20_000, ...params });
const quickQuery = () => gateway.run("execute_query", { sql: "SELECT 1" });

const garbage: Record<string, Fault> = {
  "an HTML page": {
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<html><title>Sign in</title></html>",
  },
  JSON: { status: 200, body: { error_code: "SOMETHING" } },
  "bad JSON": { status: 200, headers: { "content-type": "application/json" }, body: '{"status":' },
  nothing: { status: 200, body: "" },
  "a single byte": { status: 200, body: "\u0080" },
  "a reply whose connection breaks": { cutAfterBytes: 20 },
  "a reply whose connection breaks before its body": { cutAfterBytes: 0 },
  "half a message": { bodyBytes: 40 },
  "the head of a message alone": { bodyBytes: 30 },
  "a redirect": { status: 302, headers: { location: "https://127.0.0.1:9/login?next=secret" } },
  "a redirect that keeps the body": { status: 308, headers: { location: "/sql/1.0/warehouses/other" } },
  "an empty success": { status: 204 },
  "a part": { status: 206, body: "x" },
  "a message without a result": { thriftStatus: { statusCode: 0, errorMessage: "" } },
  "a status that says it still runs": { thriftStatus: { statusCode: 2, errorMessage: "" } },
  "a status that nobody knows": { thriftStatus: { statusCode: 99, errorMessage: "" } },
};
const calls = [
  "OpenSession",
  "ExecuteStatement",
  "GetOperationStatus",
  "GetResultSetMetadata",
  "FetchResults",
];

describe.each(calls)("when %s is answered with", (thriftMethod) => {
  test.each(Object.entries(garbage))("%s, the query fails at once with 502", async (what, fault) => {
    workspace.addFault({ thriftMethod, ...fault });
    const schema =
      thriftMethod === "OpenSession"
        ? { catalog: "main", schema: `s${Object.keys(garbage).indexOf(what)}` }
        : {};
    const startedAt = performance.now();
    const { status, body } = await query(schema);
    // The deadline is a minute.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(thriftCalls(workspace)).toContain(thriftMethod);
    expect([status, body.error_code]).toEqual([
      502,
      expect.stringMatching(/^UPSTREAM_(?:INVALID_RESPONSE|UNREACHABLE|ERROR)$/),
    ]);
    expect(body.error).not.toContain("secret");
    workspace.clearFaults();
    await until(() => workspace.openStatements() === 0, "it is closed");
    expect((await quickQuery()).status).toBe(200);
  });
});

test.each(["CloseOperation", "CloseSession", "CancelOperation"])(
  "a garbled reply to %s does not fail the query",
  async (method) => {
    workspace.addFault({ thriftMethod: method, status: 200, body: "<html>" });
    // USE drops its session.
    expect((await gateway.run("execute_query", { sql: "USE main.default" })).status).toBe(200);
    expect((await query()).status).toBe(200);
  },
);

test("an identity's places are free again after more replies that are not Thrift than there are places", async () => {
  workspace.addFault({ thriftMethod: "ExecuteStatement", status: 200, body: "<html>" });
  workspace.addFault({ thriftMethod: "CloseSession", status: 200, body: "<html>" });
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 40 }, () => query()));
    expect(new Set(answers.map(({ body }) => body.error_code))).toEqual(
      new Set(["UPSTREAM_INVALID_RESPONSE"]),
    );
  }
  workspace.clearFaults();
  const answers = await Promise.all(Array.from({ length: 20 }, quickQuery));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test("a redirect is not followed, and the log has its target without the values of its query", async () => {
  workspace.addFault({
    thriftMethod: "ExecuteStatement",
    status: 307,
    headers: { location: "/elsewhere?token=secret" },
  });
  await query();
  const paths = new Set(workspace.requests().map(({ path }) => path));
  expect(paths).toEqual(new Set([`/sql/1.0/warehouses/${warehouseId}`]));
  const line = gateway.log.findLast(({ error_code }) => error_code === "UPSTREAM_INVALID_RESPONSE");
  expect(line?.["cause"]).toBe("Error: Databricks answered 307 to /elsewhere with token");
});
