import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

// A session that the warehouse has lost costs no query: a new one is opened, and the statement is sent there.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const table = "main.default.lost";

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
  // Leaves a session for the next statement.
  await query(`DELETE FROM ${table}`);
  await sessionIsFree();
  workspace.clearRequests();
  workspace.clearStatements();
});
afterEach(() => workspace.clearFaults());

/** The gateway has the session back once it has read the reply that closed the statement. */
async function sessionIsFree(): Promise<void> {
  await until(() => workspace.openStatements() === 0, "the statement is closed");
  await gateway.run("list_catalogs");
}
const query = (sql: string, params: object = {}) => gateway.run("execute_query", { sql, ...params });
const calls = () => thriftCalls(workspace).filter((call) => /^(?:OpenSession|ExecuteStatement)$/.test(call));
const id = "01f05276-6147-1fa3-97ce-77356bbde400";

const wordings = [
  { errorMessage: `Invalid SessionHandle: SessionHandle [${id}]` },
  { errorMessage: `Invalid Session Handle: Session [${id}] is Closed` },
  {
    errorMessage: `requirement failed: Session handle: SessionHandle [${id}] has not been initialized or had already closed`,
  },
  {
    errorMessage: `[INVALID_HANDLE.SESSION_CLOSED] The handle ${id} is invalid. Session was closed. SQLSTATE: HY000`,
  },
  { errorMessage: `[INVALID_HANDLE.SESSION_NOT_FOUND] The handle ${id} is invalid. Session not found.` },
];

test.each(wordings)(
  "a statement refused with %j is sent once more, in a new session",
  async (thriftStatus) => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, thriftStatus });
    expect((await query(`INSERT INTO ${table} VALUES (1)`)).status).toBe(200);
    expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement"]);
    expect((await query(`SELECT n FROM ${table}`)).body.rows).toEqual([[1]]);
  },
);

test.each([
  { errorMessage: "", statusCode: 4 },
  { errorMessage: "The session was closed or has expired", sqlState: "08003", errorCode: 1 },
])("a statement that only reads is sent once more, in a new session, after %j", async (thriftStatus) => {
  workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, thriftStatus });
  expect((await query(`SELECT n FROM ${table}`)).body.rows).toEqual([]);
  expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement"]);
});

test.each<[string, Omit<Fault, "thriftMethod">]>([
  ["Could not find session 12", { thriftStatus: { errorMessage: "Could not find session 12" } }],
  ["an unknown class", { thriftStatus: { errorMessage: "[SESSION_NOT_FOUND] 12. SQLSTATE: 08003" } }],
  [
    "a session class with the SQLSTATE HY000",
    { thriftStatus: { errorMessage: "[SESSION_GONE]", sqlState: "HY000" } },
  ],
  ["Session expired", { thriftStatus: { errorMessage: "Session expired" } }],
  ["Unknown session handle", { thriftStatus: { errorMessage: "Unknown session handle" } }],
  ["the state is gone", { thriftStatus: { errorMessage: "the state of 12 is gone", sqlState: "08S01" } }],
  [
    "a Java exception",
    { thriftStatus: { errorMessage: "java.util.NoSuchElementException: key not found: 12" } },
  ],
  ["no words", { thriftStatus: { errorMessage: "" } }],
  ["400", { status: 400 }],
  ["404 and an unknown message", { status: 404, body: { error_code: "NOT_FOUND", message: "no 12 here" } }],
  ["410", { status: 410, body: "Gone" }],
])("a query that a reused session refuses with %s is sent once more, in a new session", async (_, fault) => {
  workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, ...fault });
  expect((await query(`SELECT n FROM ${table}`)).body.rows).toEqual([]);
  expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement"]);
});

test("a query that a new session refuses too with unknown words has failed by itself", async () => {
  workspace.addFault({
    thriftMethod: "ExecuteStatement",
    thriftStatus: { errorMessage: "Could not find 12" },
  });
  const { status, body } = await query(`SELECT n FROM ${table}`);
  expect([status, body.error_code, body.error]).toEqual([400, "STATEMENT_FAILED", "Could not find 12"]);
  expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement"]);
  workspace.clearRequests();
  expect((await query(`SELECT n FROM ${table}`)).status).toBe(400);
  expect(calls().slice(-2)).toEqual(["OpenSession", "ExecuteStatement"]);
});

test("a write that a reused session refuses with unknown words is not sent again", async () => {
  workspace.addFault({
    thriftMethod: "ExecuteStatement",
    thriftStatus: { errorMessage: "Could not find 12" },
  });
  expect((await query(`INSERT INTO ${table} VALUES (1)`)).status).toBe(400);
  expect(calls()).toEqual(["ExecuteStatement"]);
});

test.each([
  { errorMessage: "[PARSE_SYNTAX_ERROR] Syntax error at or near 'FORM'. SQLSTATE: 42601" },
  { errorMessage: "no viable alternative at input 'FORM'", sqlState: "42601" },
  { errorMessage: "[TABLE_OR_VIEW_NOT_FOUND] The table `sessions` cannot be found.", sqlState: "42P01" },
  { errorMessage: "Error running query: org.apache.spark.sql.AnalysisException: no such table" },
  { errorMessage: "[INTERNAL_ERROR] The Spark SQL phase failed." },
])("a query that fails with its own error, %j, is sent once", async (thriftStatus) => {
  workspace.addFault({ thriftMethod: "ExecuteStatement", thriftStatus });
  expect((await query(`SELECT n FORM ${table}`)).body.error_code).toBe("STATEMENT_FAILED");
  expect(calls()).toEqual(["ExecuteStatement"]);
});

test("a statement that is refused for its session with an HTTP status is sent once more", async () => {
  workspace.addFault({
    thriftMethod: "ExecuteStatement",
    times: 1,
    status: 400,
    headers: {
      "x-thriftserver-error-message": `BAD_REQUEST: Invalid SessionHandle: Session [${id}] is closed.`,
    },
  });
  expect((await query(`INSERT INTO ${table} VALUES (1)`)).status).toBe(200);
  expect((await query(`SELECT n FROM ${table}`)).body.rows).toEqual([[1]]);
});

const round = () =>
  Promise.all(Array.from({ length: 16 }, (_, n) => query(`SELECT ${n}, count(*) FROM range(0, 1000000)`)));

test("after a restart of the warehouse every pooled session is replaced, and no query fails", async () => {
  await round();
  for (let restarts = 0; restarts < 3; restarts++) {
    await until(() => workspace.openStatements() === 0, "all are closed");
    await workspace.loseSqlSessions();
    expect((await round()).map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
  }
  expect(workspace.openSqlSessions()).toBeLessThanOrEqual(16);
});

test("a session is never used again after an ExecuteStatement that Databricks refused, whatever the words", async () => {
  // No other session has this catalog.
  const own = { catalog: "samples" };
  await query("SELECT 1", own);
  for (const errorMessage of [
    "",
    "no words that anybody knows",
    "[INTERNAL_ERROR] The Spark SQL phase failed.",
  ]) {
    await sessionIsFree();
    workspace.clearRequests();
    workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, thriftStatus: { errorMessage } });
    expect((await query(`INSERT INTO ${table} VALUES (1)`, own)).status).toBe(400);
    expect((await query("SELECT 1", own)).status).toBe(200);
    expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement"]);
  }
});

test("a session is never used again after an ExecuteStatement that failed with an HTTP status", async () => {
  const own = { catalog: "samples", schema: "tpch" };
  await query("SELECT 1", own);
  for (const status of [400, 500, 503]) {
    await sessionIsFree();
    workspace.clearRequests();
    workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, status });
    expect((await query(`INSERT INTO ${table} VALUES (1)`, own)).status).toBeGreaterThanOrEqual(400);
    expect((await query("SELECT 1", own)).status).toBe(200);
    expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement"]);
  }
});

test.each<[string, Fault]>([
  ["503 with Retry-After", { status: 503, headers: { "retry-after": "1" } }],
  ["429 with Retry-After", { status: 429, headers: { "retry-after": "1" } }],
  ["503", { status: 503 }],
  ["429", { status: 429 }],
  ["a broken connection", { noReply: "reset" }],
  [
    "a warehouse that is not ready",
    { thriftStatus: { errorMessage: "SQL warehouse 1 is not ready (current state: STARTING)" } },
  ],
])(
  "a statement that is sent again after %s gets a new session, and the old one is closed",
  async (_, fault) => {
    const own = { catalog: "samples", schema: "information_schema" };
    await query("SELECT 1", own);
    await sessionIsFree();
    const open = workspace.openSqlSessions();
    workspace.clearRequests();
    workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, ...fault });
    expect((await query("SELECT 1", own)).status).toBe(200);
    await sessionIsFree();
    expect((await query("SELECT 1", own)).status).toBe(200);
    expect(calls()).toEqual(["ExecuteStatement", "OpenSession", "ExecuteStatement", "ExecuteStatement"]);
    await until(() => workspace.openSqlSessions() <= open, "the old session is closed");
  },
);

test("a warehouse that loses new sessions too is waited for until the deadline, and the error is retryable", async () => {
  const thriftStatus = {
    errorMessage: `requirement failed: Session handle: SessionHandle [${id}] has not been initialized or had already closed`,
  };
  workspace.addFault({ thriftMethod: "ExecuteStatement", times: 4, thriftStatus });
  expect((await query(`INSERT INTO ${table} VALUES (1)`)).status).toBe(200);
  workspace.addFault({ thriftMethod: "ExecuteStatement", thriftStatus });
  const { status, headers, body } = await query(`INSERT INTO ${table} VALUES (2)`, { timeout_ms: 2_000 });
  expect([status, headers["retry-after"]]).toEqual([503, "5"]);
  expect(body).toMatchObject({ error_code: "WAREHOUSE_STARTING", retryable: true });
  expect(body.outcome).toBeUndefined();
  workspace.clearFaults();
  expect((await query(`SELECT n FROM ${table}`)).body.rows).toEqual([[1]]);
  await until(() => workspace.openSqlSessions() <= 16, "none is left open");
});

test("a statement that itself raises the words of a lost session fails, and is not sent again", async () => {
  const errorMessage = `[USER_RAISED_EXCEPTION] Invalid SessionHandle: SessionHandle [${id}]. SQLSTATE: P0001`;
  workspace.addFault({ thriftMethod: "ExecuteStatement", thriftStatus: { errorMessage } });
  const { status, body } = await query("SELECT raise_error('…')");
  expect([status, body.error_code, body.details]).toEqual([
    400,
    "STATEMENT_FAILED",
    [{ error_class: "USER_RAISED_EXCEPTION", sql_state: "P0001" }],
  ]);
  expect(calls()).toEqual(["ExecuteStatement"]);
});

test("a query whose session is lost while its result is read ends with an error, and the next query succeeds", async () => {
  const reply = await gateway.open("execute_query", {
    sql: "SELECT id FROM range(0, 5000000)",
    format: "ndjson",
  });
  const body = reply.body[Symbol.asyncIterator]();
  await body.next();
  await workspace.loseSqlSessions();
  let last = "";
  for (let next = await body.next(); !next.done; next = await body.next()) last = String(next.value);
  expect(JSON.parse(last.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ error_code: "UPSTREAM_ERROR" });
  expect((await query("SELECT 1")).status).toBe(200);
});
