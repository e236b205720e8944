import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { endless, endlessly } from "@front-door/local-workspace/test/endless-statement";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Answer, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

// A statement that may have run is never sent again, and the caller is told so.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const table = "main.default.repeated";

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_WAREHOUSE_ID: warehouseId,
  });
  await query(`CREATE TABLE ${table} (n INT)`);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(async () => {
  await query(`DELETE FROM ${table}`);
  workspace.clearRequests();
  workspace.clearStatements();
});
afterEach(() => workspace.clearFaults());

const query = (sql: string, params: object = {}) => gateway.run("execute_query", { sql, ...params });
const insert = (params: object = {}) => query(`INSERT INTO ${table} VALUES (1)`, params);
const sent = (method: string) => thriftCalls(workspace).filter((call) => call === method).length;
/** Waits until the statement is over, since a caller that gave up does not end it at once. */
async function rows(): Promise<unknown> {
  workspace.clearFaults();
  await until(() => workspace.openStatements() === 0, "the statement is over");
  return (await query(`SELECT n FROM ${table}`)).body.rows;
}
const said = ({ status, body }: Answer) => [status, body.error_code, body.retryable, body.outcome];

/** The fault of ExecuteStatement, how often it is sent, and what the caller is told. */
const afterItRan: [string, Fault, ReturnType<typeof said>][] = [
  ["503", { status: 503 }, [503, "TEMPORARILY_UNAVAILABLE", false, "unknown"]],
  [
    "503 with the thrift server's words",
    { status: 503, headers: { "x-thriftserver-error-message": "Cluster 1 is temporarily unavailable" } },
    [503, "WAREHOUSE_STARTING", false, "unknown"],
  ],
  [
    "503 that says the warehouse is starting",
    { status: 503, body: { message: "SQL warehouse a is not ready (current state: STARTING)" } },
    [503, "WAREHOUSE_STARTING", false, "unknown"],
  ],
  ["500", { status: 500 }, [502, "UPSTREAM_ERROR", false, "unknown"]],
  ["502", { status: 502, body: "<html>bad gateway" }, [502, "UPSTREAM_ERROR", false, "unknown"]],
  ["504", { status: 504 }, [502, "UPSTREAM_ERROR", false, "unknown"]],
  ["a broken connection", { noReply: "reset" }, [502, "UPSTREAM_UNREACHABLE", false, "unknown"]],
  ["a page", { status: 200, body: "<html>" }, [502, "UPSTREAM_INVALID_RESPONSE", false, "unknown"]],
  [
    "a redirect",
    { status: 307, headers: { location: "/" } },
    [502, "UPSTREAM_INVALID_RESPONSE", false, "unknown"],
  ],
];

describe("a statement that ran", () => {
  test.each(afterItRan)(
    "is sent once and has an unknown outcome when the reply is %s",
    async (_, fault, want) => {
      workspace.addFault({ thriftMethod: "ExecuteStatement", afterRun: true, times: 1, ...fault });
      expect(said(await insert())).toEqual(want);
      expect([await rows(), sent("ExecuteStatement")]).toEqual([[[1]], 2]);
    },
  );

  // Words alone do not prove that it did not run, unless they say just that.
  test.each<[Fault]>([
    [{ thriftStatus: { errorMessage: "The warehouse was restarted while the statement was running" } }],
    [{ thriftStatus: { errorMessage: "Query cancelled: the cluster was restarted" } }],
    [{ thriftStatus: { errorMessage: "The session was closed or has expired" } }],
    [{ thriftStatus: { errorMessage: "Session 12 was terminated while the statement was running" } }],
    [{ thriftStatus: { errorMessage: "Couldn't create directory /local_disk0/tmp/1/_resources" } }],
    [{ thriftStatus: { errorMessage: "Invalid SessionHandle: it was closed during the commit" } }],
    [{ thriftStatus: { errorMessage: "", statusCode: 4 } }],
    [{ thriftStatus: { errorMessage: "The commit lost its operation", statusCode: 4 } }],
    [{ status: 408, body: "session timed out" }],
    [{ status: 408, body: `Invalid SessionHandle: SessionHandle [1]` }],
    [{ status: 499, body: "The session was closed by the client" }],
    [{ status: 400, body: { message: "Session 12 was closed" } }],
  ])("and was refused with %j is sent once, and its outcome is unknown", async (fault) => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", afterRun: true, times: 1, ...fault });
    const { body } = await insert();
    expect([body.retryable, body.outcome]).toEqual([false, "unknown"]);
    expect([await rows(), sent("ExecuteStatement")]).toEqual([[[1]], 2]);
  });

  test.each([
    "Error running query: java.lang.RuntimeException: session handle not right",
    "Error running query: [USER_RAISED_EXCEPTION] session x expired",
    "org.apache.hive.service.cli.HiveSQLException: Error running query: the warehouse was restarted",
    "BAD_REQUEST: Error running query: [USER_RAISED_EXCEPTION] Warehouse x was stopped",
    "Session variable x does not exist",
  ])("and failed with %j is sent once", async (errorMessage) => {
    workspace.addFault({
      thriftMethod: "ExecuteStatement",
      afterRun: true,
      times: 1,
      thriftStatus: { errorMessage },
    });
    expect(said(await insert({ timeout_ms: 5_000 }))).toEqual([400, "STATEMENT_FAILED", false, undefined]);
    expect([await rows(), sent("ExecuteStatement")]).toEqual([[[1]], 2]);
  });

  test.each(["cutAfterBytes", "bodyBytes"])("and whose reply is cut (%s) is sent once", async (how) => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, [how]: 20 });
    const [status, , ...rest] = said(await insert());
    expect([status, ...rest]).toEqual([502, false, "unknown"]);
    expect(await rows()).toEqual([[1]]);
  });

  test("is sent once and has an unknown outcome when it is never answered", async () => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", afterRun: true, noReply: "silent" });
    expect(said(await insert({ timeout_ms: 1_000 }))).toEqual([504, "DEADLINE_EXCEEDED", false, "unknown"]);
    expect(await rows()).toEqual([[1]]);
  });

  test.each([
    ["UPDATE", `UPDATE ${table} SET n = n + 1`, [[2]]],
    ["DELETE", `DELETE FROM ${table} WHERE n = 1`, []],
    ["CREATE TABLE", "CREATE TABLE main.default.repeated_too (n INT)", [[1]]],
    [
      "MERGE",
      `MERGE INTO ${table} t USING (SELECT 2 AS n) s ON t.n = s.n WHEN NOT MATCHED THEN INSERT *`,
      undefined,
    ],
  ])("is sent once and has an unknown outcome: %s", async (_, sql, after) => {
    await insert();
    workspace.clearRequests();
    workspace.addFault({ thriftMethod: "ExecuteStatement", afterRun: true, status: 503, times: 1 });
    const answer = await query(sql);
    // The local workspace may not know it: then it changed nothing either.
    if (after === undefined) expect(sent("ExecuteStatement")).toBe(1);
    else {
      expect(said(answer)).toEqual([503, "TEMPORARILY_UNAVAILABLE", false, "unknown"]);
      expect(await rows()).toEqual(after);
    }
  });
});

describe("an INSERT that Databricks did not run", () => {
  test.each<[string, Fault]>([
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "1" } }],
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "1" } }],
    [
      "a full thread pool",
      {
        thriftStatus: {
          errorMessage:
            "The background threadpool cannot accept new task for execution, please retry the operation",
        },
      },
    ],
    ["a lost session", { thriftStatus: { errorMessage: "Invalid SessionHandle: SessionHandle [1]" } }],
  ])("is sent again after %s", async (_, fault) => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, ...fault });
    expect((await insert()).status).toBe(200);
    expect([await rows(), sent("ExecuteStatement")]).toEqual([[[1]], 3]);
  });

  test("is retryable for the caller after a long Retry-After, and not sent again by the gateway", async () => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", status: 503, headers: { "retry-after": "100" } });
    const answer = await insert();
    expect(said(answer)).toEqual([503, "TEMPORARILY_UNAVAILABLE", true, undefined]);
    expect(answer.headers["retry-after"]).toBe("100");
    expect([await rows(), sent("ExecuteStatement")]).toEqual([[], 2]);
  });

  test("is retryable for the caller after 429 without Retry-After, and not sent again by the gateway", async () => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", status: 429, times: 1 });
    expect(said(await insert())).toEqual([429, "RESOURCE_EXHAUSTED", true, undefined]);
    expect([await rows(), sent("ExecuteStatement")]).toEqual([[], 2]);
  });

  test.each<[string, Fault, number]>([
    ["is refused", { status: 500 }, 502],
    ["is answered with a page", { status: 200, body: "<html>" }, 502],
    ["breaks", { noReply: "reset" }, 502],
    ["is never answered", { noReply: "silent" }, 504],
  ])("never has an unknown outcome if OpenSession %s", async (_, fault, status) => {
    workspace.addFault({ thriftMethod: "OpenSession", ...fault });
    // Another schema has another session.
    const answer = await insert({ schema: "sales", catalog: "main", timeout_ms: 2_000 });
    expect([answer.status, answer.body.outcome]).toEqual([status, undefined]);
    expect(sent("ExecuteStatement")).toBe(0);
  });

  test("is retryable for the caller if Databricks cannot be reached", async () => {
    const other = await startGateway("https://127.0.0.1:9", {
      DATABRICKS_TOKEN: tokenOf.alice,
      DATABRICKS_WAREHOUSE_ID: warehouseId,
    });
    const answer = await other.run("execute_query", { sql: "INSERT INTO t VALUES (1)" });
    expect(said(answer)).toEqual([502, "UPSTREAM_UNREACHABLE", true, undefined]);
    await other.close();
  });

  test("returns 400 with a known outcome if Databricks refuses it", async () => {
    const answer = await query("INSERT INTO main.default.nowhere VALUES (1)");
    expect(said(answer)).toEqual([400, "STATEMENT_FAILED", false, undefined]);
  });
});

// Over REST and over SQL alike; each header asks for more time than there is, so that nothing is repeated.
describe.each([
  ["execute_query", { thriftMethod: "ExecuteStatement" }],
  ["submit_statement", { method: "POST", path: "/api/2.0/sql/statements*" }],
] as const)("%s of an INSERT that ran and was answered with 503", (op, call) => {
  const answerTo = (retryAfter: string) => {
    workspace.addFault({ ...call, afterRun: true, status: 503, headers: { "retry-after": retryAfter } });
    const params = op === "execute_query" ? { timeout_ms: 5_000 } : {};
    return gateway.run(op, { sql: `INSERT INTO ${table} VALUES (1)`, ...params });
  };

  test.each(["61", "Fri, 01 Jan 2100 00:00:00 GMT"])(
    "is believed not to have run if Retry-After is %j",
    async (header) => {
      expect(said(await answerTo(header))).toEqual([503, "TEMPORARILY_UNAVAILABLE", true, undefined]);
    },
  );

  test.each(["1.5", "-1", "soon", "2100-01-01", "2100-01-01T00:00:00Z", "Friday, 01-Jan-2100 00:00:00 GMT"])(
    "has an unknown outcome if Retry-After is %j, which is neither seconds nor a date",
    async (header) => {
      expect(said(await answerTo(header))).toEqual([503, "TEMPORARILY_UNAVAILABLE", false, "unknown"]);
    },
  );
});

describe("a statement that only reads", () => {
  test.each<[string, Fault]>([
    ["503", { status: 503, times: 2 }],
    ["429", { status: 429, times: 1 }],
    ["a connection that broke before any reply", { noReply: "reset", times: 1 }],
  ])("is sent again after %s", async (_, fault) => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", afterRun: true, ...fault });
    expect((await query("SELECT 1")).body.rows).toEqual([[1]]);
  });

  test.each<[string, Fault, string]>([
    ["500", { status: 500 }, "UPSTREAM_ERROR"],
    ["a broken connection, twice", { noReply: "reset" }, "UPSTREAM_UNREACHABLE"],
    ["503, three times", { status: 503 }, "TEMPORARILY_UNAVAILABLE"],
  ])("is retryable for the caller after %s", async (_, fault, code) => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", ...fault });
    const answer = await query("SELECT 1");
    expect(answer.body).toMatchObject({ error_code: code, retryable: true });
    expect(answer.body.outcome).toBeUndefined();
  });
});

describe("an INSERT that Databricks accepted", () => {
  const sql = endlessly("INSERT INTO t VALUES (1)");
  let own: LocalWorkspace;
  let other: GatewayUnderTest;
  beforeAll(async () => {
    own = await startSqlWorkspace({ sqlLimits: { directResultsWaitMs: 0 } });
    other = await startGateway(own.url);
  });
  afterEach(() => own.clearFaults());
  afterAll(async () => {
    await other.close();
    await own.close();
  });

  test.each<[string, Fault]>([
    [
      "its state is 503",
      { thriftMethod: "GetOperationStatus", status: 503, headers: { "retry-after": "100" } },
    ],
    [
      "its state is 429",
      { thriftMethod: "GetOperationStatus", status: 429, headers: { "retry-after": "100" } },
    ],
    ["its state is 404", { thriftMethod: "GetOperationStatus", status: 404 }],
    [
      "Databricks lost its session",
      {
        thriftMethod: "GetOperationStatus",
        thriftStatus: { errorMessage: "Invalid SessionHandle: SessionHandle [1]" },
      },
    ],
    [
      "Databricks lost its operation",
      {
        thriftMethod: "GetOperationStatus",
        thriftStatus: { statusCode: 4, errorMessage: "Invalid OperationHandle" },
      },
    ],
    ["its state is a page", { thriftMethod: "GetOperationStatus", status: 200, body: "<html>" }],
    [
      "its state has no state",
      { thriftMethod: "GetOperationStatus", thriftStatus: { statusCode: 0, errorMessage: "" } },
    ],
  ])("has an unknown outcome if %s", async (_, fault) => {
    own.addFault(fault);
    const { status, body } = await other.run("execute_query", { sql });
    expect(status).toBeGreaterThanOrEqual(500);
    expect([body.retryable, body.outcome]).toEqual([false, "unknown"]);
    expect((await other.run("execute_query", { sql: endless })).body.outcome).toBeUndefined();
  });

  test("has an unknown outcome if the deadline passes", async () => {
    own.addFault({ thriftMethod: "CancelOperation", status: 500 });
    const answer = await other.run("execute_query", { sql, timeout_ms: 1_000 });
    expect(said(answer)).toEqual([504, "DEADLINE_EXCEEDED", false, "unknown"]);
  });

  test("has an unknown outcome if its result cannot be read", async () => {
    await other.run("execute_query", { sql: `CREATE TABLE ${table} (n INT)` });
    own.addFault({ thriftMethod: "GetResultSetMetadata", status: 404 });
    const { status, body } = await other.run("execute_query", { sql: `INSERT INTO ${table} VALUES (1)` });
    expect([status, body.retryable, body.outcome]).toEqual([502, false, "unknown"]);
    expect(body.error).toMatch(/^The statement has run, but its result was not read: /);
    own.clearFaults();
    expect((await other.run("execute_query", { sql: `SELECT n FROM ${table}` })).body.rows).toEqual([[1]]);
  });
});

/** That each row is its own number. `toEqual` would take a second of CPU time for so many. */
function expectInOrder(rows: readonly string[], count = rows.length): void {
  expect(rows).toHaveLength(count);
  expect(rows.find((row, id) => row !== `[${id}]`)).toBeUndefined();
}

describe("a fetch", () => {
  const all = { sql: "SELECT id FROM range(0, 50000)", format: "ndjson" };
  test.each<[string, Fault]>([
    ["429", { status: 429, times: 1 }],
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "1" }, times: 1 }],
    ["503", { status: 503, times: 1 }],
    ["503, five times", { status: 503, times: 5 }],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "1" }, times: 1 }],
  ])("is sent again after %s, and no row is missing or duplicated", async (_, fault) => {
    workspace.addFault({ thriftMethod: "FetchResults", ...fault });
    const { text } = await gateway.run("execute_query", all);
    expect(text.endsWith('{"complete":true,"row_count":50000,"truncated":false}\n')).toBe(true);
    expectInOrder(text.split("\n").slice(1, -2), 50_000);
  });

  test.each(["503", "429"])("never skips rows if it ran and was answered with %s", async (status) => {
    workspace.addFault({ thriftMethod: "FetchResults", nth: 2, afterRun: true, status: Number(status) });
    const { text } = await gateway.run("execute_query", all);
    const last = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as object;
    expect(last).toMatchObject({ status: 502, error_code: "UPSTREAM_UNREACHABLE" });
    expectInOrder(text.trimEnd().split("\n").slice(1, -1));
  });

  test("is not sent again if its connection broke", async () => {
    workspace.addFault({ thriftMethod: "FetchResults", nth: 1, noReply: "reset" });
    const { text } = await gateway.run("execute_query", all);
    expect(text).toContain('"error_code":"UPSTREAM_UNREACHABLE"');
    expect(sent("FetchResults")).toBe(1);
  });
});

describe("a submitted statement", () => {
  test.each<[string, Fault, boolean]>([
    ["503", { status: 503 }, true],
    ["a broken connection", { noReply: "reset" }, true],
    ["a page", { status: 200, body: "<html>" }, true],
    ["an empty object", { status: 200, body: {} }, true],
  ])("runs once and has an unknown outcome when it ran and the reply is %s", async (_, fault) => {
    workspace.addFault({
      method: "POST",
      path: "/api/2.0/sql/statements*",
      afterRun: true,
      times: 1,
      ...fault,
    });
    const { status, body } = await gateway.run("submit_statement", {
      sql: `INSERT INTO ${table} VALUES (1)`,
    });
    expect(status).toBeGreaterThanOrEqual(500);
    expect([body.retryable, body.outcome]).toEqual([false, "unknown"]);
    await until(() => workspace.statements().every(({ state }) => state === "succeeded"), "it has run");
    workspace.clearFaults();
    expect((await query(`SELECT n FROM ${table}`)).body.rows).toEqual([[1]]);
  });

  test("is retryable if the list of warehouses cannot be read", async () => {
    const other = await startGateway(workspace.url);
    workspace.addFault({ path: "/api/2.0/sql/warehouses*", status: 500 });
    for (const op of ["submit_statement", "execute_query"]) {
      const { body } = await other.run(op, { sql: `INSERT INTO ${table} VALUES (1)` });
      expect([body.error_code, body.retryable, body.outcome]).toEqual(["UPSTREAM_ERROR", true, undefined]);
    }
    await other.close();
  });
});

test("a statement that may write and whose rows stop coming says in its last line that its outcome is unknown", async () => {
  // Nobody looks for what so long a statement does.
  const sql = `SELECT id, repeat('x', 1000) FROM range(0, 20000) -- ${"x".repeat(100_000)}`;
  // The first rows come with the reply to the statement, however long that takes.
  const own = await startSqlWorkspace({ sqlLimits: { directResultsWaitMs: 60_000 } });
  const other = await startGateway(own.url);
  onTestFinished(async () => {
    await other.close();
    await own.close();
  });
  own.addFault({ thriftMethod: "FetchResults", noReply: "silent" });
  // Time enough for them, also where both cores have much else to do.
  const answerIn = (timeout_ms: number) => other.run("execute_query", { sql, format: "ndjson", timeout_ms });
  let answer = await answerIn(2_000);
  for (let timeout_ms = 4_000; answer.status !== 200 && timeout_ms < 60_000; timeout_ms *= 2) {
    answer = await answerIn(timeout_ms);
  }
  const lines = answer.text.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(10);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    error_code: "DEADLINE_EXCEEDED",
    retryable: false,
    outcome: "unknown",
  });
});
