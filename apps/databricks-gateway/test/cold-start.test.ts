import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Answer,
  type GatewayUnderTest,
  startGateway,
  tokenOf,
  until,
  type WorkspaceUnderTest,
} from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

// A warehouse that starts is waited for as long as the caller waits. Then the caller learns why, and when to come back.

interface Stack extends AsyncDisposable {
  readonly workspace: LocalWorkspace;
  readonly gateway: GatewayUnderTest;
  /** A table of this test alone. */
  readonly table: string;
  query(sql: string, params?: object): Promise<Answer>;
}

const withWarehouse = { DATABRICKS_TOKEN: tokenOf.alice, DATABRICKS_WAREHOUSE_ID: warehouseId };

const idle: WorkspaceUnderTest[] = [];
afterAll(() => Promise.all(idle.map((workspace) => workspace.close())));
let serial = 0;

/** A gateway for one test, and a workspace that no other test uses at the same time, so that the tests can wait side by side. */
async function startStack(settings?: Readonly<Record<string, string>>): Promise<Stack> {
  const workspace = idle.pop() ?? (await startSqlWorkspace());
  const gateway = await startGateway(workspace.url, settings);
  return {
    workspace,
    gateway,
    table: `main.default.cold_${++serial}`,
    query: (sql, params) => gateway.run("execute_query", { sql, ...params }),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      workspace.clearFaults();
      await until(() => workspace.openRequests() + workspace.openStatements() === 0, "all is closed");
      workspace.clearRequests();
      workspace.clearStatements();
      idle.push(workspace);
    },
  };
}

const starting = `SQL warehouse ${warehouseId} is not ready (current state: STARTING)`;
const fullPool = "The background threadpool cannot accept new task for execution, please retry the operation";

const members: [string, Fault][] = [
  ["OpenSession: not ready", { thriftMethod: "OpenSession", thriftStatus: { errorMessage: starting } }],
  [
    "OpenSession: a full thread pool",
    { thriftMethod: "OpenSession", thriftStatus: { errorMessage: fullPool } },
  ],
  ["OpenSession: 503", { thriftMethod: "OpenSession", status: 503 }],
  [
    "OpenSession: 503 with the thrift server's words",
    {
      thriftMethod: "OpenSession",
      status: 503,
      headers: {
        "x-thriftserver-error-message": "TEMPORARILY_UNAVAILABLE: Cluster 1 is temporarily unavailable.",
      },
    },
  ],
  [
    "OpenSession: 503 with Retry-After",
    { thriftMethod: "OpenSession", status: 503, headers: { "retry-after": "1" } },
  ],
  ["OpenSession: 429", { thriftMethod: "OpenSession", status: 429 }],
  [
    "ExecuteStatement: not ready",
    { thriftMethod: "ExecuteStatement", thriftStatus: { errorMessage: starting } },
  ],
  [
    "ExecuteStatement: a full thread pool",
    { thriftMethod: "ExecuteStatement", thriftStatus: { errorMessage: fullPool } },
  ],
];

describe.concurrent("a warehouse that is starting", () => {
  test.each(members)("is waited for, and the statement runs once (%s)", async (_, fault) => {
    await using stack = await startStack(withWarehouse);
    // More than an impatient client tries.
    stack.workspace.addFault({ ...fault, times: 5 });
    const answer = await stack.query(`CREATE TABLE ${stack.table} AS SELECT 1 AS n`);
    expect(answer.status).toBe(200);
    expect((await stack.query(`SELECT n FROM ${stack.table}`)).body.rows).toEqual([[1]]);
    expect(stack.workspace.statements()).toHaveLength(2);
  });

  test.each(
    members.filter(([, { headers, status }]) => headers?.["retry-after"] === undefined && status !== 429),
  )("is waited for until the deadline, and no longer (%s)", async (_, fault) => {
    await using stack = await startStack(withWarehouse);
    stack.workspace.addFault(fault);
    const startedAt = performance.now();
    const { status, headers, body } = await stack.query(`CREATE TABLE ${stack.table} AS SELECT 1`, {
      timeout_ms: 3_000,
    });
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    // On a slow machine the deadline can cut off the last attempt, and then nobody knows whether the statement runs.
    if (fault.thriftMethod === "ExecuteStatement" && status === 504) return;
    expect(status).toBe(503);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect([body.retryable, body.outcome]).toEqual([true, undefined]);
    const words = fault.thriftStatus?.errorMessage ?? fault.headers?.["x-thriftserver-error-message"];
    if (words !== undefined) {
      expect([body.error_code, body.error]).toEqual([
        "WAREHOUSE_STARTING",
        expect.stringContaining(words.slice(-20)),
      ]);
    }
  });

  test("is waited for after words that prove nothing, if the statement only reads", async () => {
    await using stack = await startStack(withWarehouse);
    const errorMessage = "Couldn't create directory /local_disk0/tmp/1/_resources";
    stack.workspace.addFault({ thriftMethod: "ExecuteStatement", times: 5, thriftStatus: { errorMessage } });
    expect((await stack.query("SELECT 1")).body.rows).toEqual([[1]]);
  });

  test.each([
    "Cluster 12-ab is in state PENDING",
    "The endpoint is in the STARTING state",
    "Warehouse abc is in state STOPPED",
    "TEMPORARILY_UNAVAILABLE: warehouse is provisioning",
    "Too many sessions, please retry",
    "",
  ])(
    "is waited for when OpenSession is refused with %j, then the caller may try again",
    async (errorMessage) => {
      await using stack = await startStack(withWarehouse);
      stack.workspace.addFault({ thriftMethod: "OpenSession", thriftStatus: { errorMessage } });
      const { status, body } = await stack.query("INSERT INTO t VALUES (1)", { timeout_ms: 1_500 });
      expect([status, body.error_code, body.retryable]).toEqual([503, "WAREHOUSE_STARTING", true]);
      expect(thriftCalls(stack.workspace).length).toBeGreaterThan(1);
    },
  );

  test("is told of with its own words, and no host or token in them", async () => {
    await using stack = await startStack(withWarehouse);
    const host = new URL(stack.workspace.url).host;
    const errorMessage = `SQL warehouse ${host} ${tokenOf.alice} is not ready (current state: STARTING)`;
    stack.workspace.addFault({ thriftMethod: "OpenSession", thriftStatus: { errorMessage } });
    const { body, text } = await stack.query("SELECT 1", { timeout_ms: 1_000 });
    expect(body.error).toMatch(
      /^The SQL warehouse is not ready: SQL warehouse .* \(current state: STARTING\)$/,
    );
    expect(text).not.toContain(host);
    expect(text).not.toContain(tokenOf.alice);
  });

  test("is not waited for if its Retry-After is later than the deadline", async () => {
    await using stack = await startStack(withWarehouse);
    stack.workspace.addFault({
      thriftMethod: "OpenSession",
      status: 503,
      headers: { "retry-after": "120", "x-thriftserver-error-message": starting },
    });
    const { body, headers } = await stack.query("INSERT INTO t VALUES (1)");
    expect([body.error_code, body.retryable, headers["retry-after"]]).toEqual([
      "WAREHOUSE_STARTING",
      true,
      "120",
    ]);
    expect(thriftCalls(stack.workspace)).toEqual(["OpenSession"]);
  });

  test("is reported as WAREHOUSE_STARTING if it then holds OpenSession past the deadline", async () => {
    await using stack = await startStack(withWarehouse);
    stack.workspace.addFault({
      thriftMethod: "OpenSession",
      times: 1,
      thriftStatus: { errorMessage: starting },
    });
    stack.workspace.addFault({ thriftMethod: "OpenSession", noReply: "silent" });
    const { body } = await stack.query("INSERT INTO t VALUES (1)", { timeout_ms: 2_000 });
    expect([body.error_code, body.retryable]).toEqual(["WAREHOUSE_STARTING", true]);
    expect(thriftCalls(stack.workspace)).toEqual(["OpenSession", "OpenSession"]);
  });

  test("is no longer waited for once the caller hangs up", async () => {
    await using stack = await startStack(withWarehouse);
    stack.workspace.addFault({ thriftMethod: "OpenSession", thriftStatus: { errorMessage: starting } });
    const caller = new AbortController();
    const answer = stack.gateway.run("execute_query", { sql: "SELECT 1" }, { signal: caller.signal });
    answer.catch(() => undefined);
    await until(() => thriftCalls(stack.workspace).length > 1, "OpenSession is called again");
    caller.abort();
    await until(() => stack.gateway.log.at(-1)?.["op"] === "execute_query", "the call has ended");
    expect(stack.gateway.log.at(-1)).toMatchObject({ status: 499 });
  });
});

/** Where sessions were opened. */
const paths = (stack: Stack) =>
  stack.workspace
    .requests()
    .flatMap(({ path, thriftMethod }) => (thriftMethod === "OpenSession" ? [path] : []));

describe.concurrent("the chosen warehouse", () => {
  const other = "b2c3d4e5f6071829";
  /** From now on, the list of warehouses has the first one in this state, or not at all. */
  function listFirstAs(stack: Stack, state: string | undefined): void {
    const first = state === undefined ? [] : [{ id: warehouseId, name: "first", state }];
    stack.workspace.addFault({
      path: "/api/2.0/sql/warehouses",
      status: 200,
      body: { warehouses: [...first, { id: other, name: "other", state: "RUNNING" }] },
    });
  }

  test.each<[string, Fault, string | undefined]>([
    [
      "deleted",
      {
        status: 404,
        body: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "SQL warehouse 1 does not exist." },
      },
      undefined,
    ],
    [
      "deleted, by its state",
      {
        thriftStatus: { errorMessage: `SQL warehouse ${warehouseId} is not ready (current state: DELETED)` },
      },
      "DELETED",
    ],
    [
      "deleted, by 503",
      { status: 503, headers: { "x-thriftserver-error-message": "SQL warehouse 1 was deleted" } },
      "DELETING",
    ],
    [
      "stopped",
      {
        thriftStatus: { errorMessage: `SQL warehouse ${warehouseId} is not ready (current state: STOPPED)` },
      },
      "STOPPED",
    ],
    [
      "stopping, by 503",
      {
        status: 503,
        headers: {
          "x-thriftserver-error-message": `SQL warehouse ${warehouseId} is not ready (current state: STOPPING)`,
        },
      },
      "STOPPING",
    ],
  ])("is replaced by another at once when it is %s", async (_, fault, state) => {
    await using stack = await startStack();
    expect((await stack.query("SELECT 1")).status).toBe(200);
    stack.workspace.clearRequests();
    const path = `/sql/1.0/warehouses/${warehouseId}`;
    stack.workspace.addFault({ path, ...fault });
    listFirstAs(stack, state);
    const startedAt = performance.now();
    expect(
      (await stack.query(`CREATE TABLE ${stack.table} AS SELECT 1 AS n`, { catalog: "main" })).status,
    ).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(paths(stack).at(-1)).toBe(`/sql/1.0/warehouses/${other}`);
    expect((await stack.query(`SELECT n FROM ${stack.table}`)).body.rows).toEqual([[1]]);
    expect(paths(stack).filter((each) => each === path)).toHaveLength(1);
  });

  test("is waited for when it is stopped and there is no other", async () => {
    await using stack = await startStack();
    stack.workspace.addFault({
      path: "/api/2.0/sql/warehouses",
      status: 200,
      body: { warehouses: [{ id: warehouseId, name: "only", state: "STOPPED" }] },
    });
    const errorMessage = `SQL warehouse ${warehouseId} is not ready (current state: STOPPED)`;
    stack.workspace.addFault({ thriftMethod: "OpenSession", times: 3, thriftStatus: { errorMessage } });
    expect((await stack.query("SELECT 1")).body.rows).toEqual([[1]]);
  });

  test("is replaced for a submitted statement when it is deleted", async () => {
    await using stack = await startStack();
    expect((await stack.query("SELECT 1")).status).toBe(200);
    const body = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "SQL warehouse 1 does not exist." };
    stack.workspace.addFault({
      path: "/api/2.0/sql/statements*",
      method: "POST",
      times: 1,
      status: 404,
      body,
    });
    listFirstAs(stack, undefined);
    expect((await stack.gateway.run("submit_statement", { sql: "SELECT 2" })).status).toBe(200);
    expect(stack.workspace.statements().at(-1)).toMatchObject({ statement: "SELECT 2", warehouseId: other });
  });

  test.each<[string, Fault, number]>([
    ["404", { status: 404, body: { error_code: "NOT_FOUND", message: "x" } }, 404],
    ["400", { status: 400, body: { message: "The warehouse was stopped while it ran" } }, 400],
    ["504", { status: 504, body: { error_code: "NOT_FOUND", message: "x" } }, 502],
  ])("runs a write once though it answers %s after it has run", async (_status, fault, status) => {
    await using stack = await startStack();
    await stack.query(`CREATE TABLE ${stack.table} (a INT)`);
    const sql = `INSERT INTO ${stack.table} VALUES (1)`;
    const ran = { ...fault, afterRun: true, times: 1 } as const;
    stack.workspace.addFault({ ...ran, thriftMethod: "ExecuteStatement" });
    expect((await stack.query(sql)).status).toBeGreaterThanOrEqual(400);
    stack.workspace.clearFaults();
    stack.workspace.addFault({ ...ran, path: "/api/2.0/sql/statements*", method: "POST" });
    const submitted = await stack.gateway.run("submit_statement", { sql });
    stack.workspace.clearFaults();
    const written = () => stack.workspace.statements().filter(({ statement }) => statement === sql).length;
    expect([submitted.status, written()]).toEqual([status, 2]);
  });

  test("that the listing says is deleted too passes a write on to another", async () => {
    await using stack = await startStack();
    expect((await stack.query("SELECT 1")).status).toBe(200);
    const body = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "SQL warehouse 1 does not exist." };
    stack.workspace.addFault({
      path: "/api/2.0/sql/statements*",
      method: "POST",
      times: 1,
      status: 404,
      body,
    });
    listFirstAs(stack, "DELETED");
    const sql = `CREATE TABLE ${stack.table} (a INT)`;
    expect((await stack.gateway.run("submit_statement", { sql })).status).toBe(200);
    expect(stack.workspace.statements().at(-1)).toMatchObject({ statement: sql, warehouseId: other });
  });

  test("and answers a statement with 404 for something else is not asked again and again", async () => {
    await using stack = await startStack();
    stack.workspace.addFault({ thriftMethod: "OpenSession", status: 404 });
    expect((await stack.query("SELECT 1")).status).toBe(404);
    expect(paths(stack)).toHaveLength(2);
  });
});
