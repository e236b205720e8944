import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { endless } from "@front-door/local-workspace/test/endless-statement";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fixedCredential } from "../src/databricks/credential.ts";
import { RetryBudget } from "../src/databricks/retry-budget.ts";
import { runStatement } from "../src/sql/run-statement.ts";
import { SqlClient } from "../src/sql/sql-client.ts";
import { StreamMemory, streamMemoryLimits } from "../src/sql/stream-memory.ts";
import {
  errorOf,
  type GatewayUnderTest,
  secret,
  startGateway,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehousePath } from "./sql-under-test.ts";

const lostReplyMs = 300;
const settings = { catalog: undefined, schema: undefined, statementTimeoutSeconds: 65 };

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let client: SqlClient;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  client = new SqlClient(
    {
      address: { origin: workspace.url },
      httpPath: warehousePath,
      credential: fixedCredential(tokenOf.alice),
      budget: new RetryBudget(),
      requestMs: 60_000,
      callerSharePercent: 100,
    },
    lostReplyMs,
  );
});
afterEach(async () => {
  workspace.clearFaults();
  await client.close();
});

const budget = streamMemoryLimits({ streamBytesMax: 32 * 1024 * 1024, callerSharePercent: 100 });

const run = (sql: string, signal: AbortSignal = new AbortController().signal) => {
  const memory = new StreamMemory(budget, "a test");
  const request = {
    sql,
    params: undefined,
    session: settings,
    rowLimit: undefined,
    timeoutMs: 60_000,
    mayMove: false,
    requestId: "a-request",
    caller: "a test",
    memory,
  };
  return runStatement(client, request, signal, (text) => text);
};

async function rowsOf(result: Awaited<ReturnType<typeof run>>): Promise<number> {
  let rows = 0;
  for await (const { rowCount } of result.batches) rows += rowCount;
  return rows;
}

/** Sockets of this process to the workspace, which listens in it too. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
}

test("a client that gave way to others lets each of its statements end", async () => {
  const long = await run("SELECT id FROM range(0, 200000)");
  const short = await run("SELECT 1");
  client.retire();
  expect(await rowsOf(short)).toBe(1);
  await delay(200);
  expect(await rowsOf(long)).toBe(200_000);
  await until(() => workspace.openSqlSessions() === 0, "its sessions are closed");
});

test("a closed client keeps no socket and no session, also when Databricks has forgotten one", async () => {
  await Promise.all([run("SELECT 1").then(rowsOf), run("SELECT 2").then(rowsOf)]);
  await until(() => client.idleSessions === 2, "both are idle");
  workspace.addFault({ thriftMethod: "CloseSession", status: 400, times: 1 });
  const before = openSockets();
  await client.close();
  await until(() => openSockets() < before, "its sockets are closed");
  expect(thriftCalls(workspace).filter((call) => call === "CloseSession").length).toBeGreaterThanOrEqual(2);
  expect(workspace.openSqlSessions()).toBeLessThanOrEqual(1);
});

test("a session is closed although Databricks refuses to close or cancel its operation", async () => {
  const before = workspace.openSqlSessions();
  workspace.addFault({ thriftMethod: "CloseOperation", status: 400 });
  workspace.addFault({ thriftMethod: "CancelOperation", status: 400 });
  expect(await rowsOf(await run("SELECT id FROM range(0, 50000)"))).toBe(50_000);
  const caller = new AbortController();
  const given = run(endless, caller.signal);
  await until(() => workspace.openStatements() > 0, "it runs");
  await delay(700);
  caller.abort(new Error("gone"));
  await expect(given).rejects.toMatchObject({ cause: { message: "gone" } });
  await until(() => workspace.openSqlSessions() === before, "both sessions are closed");
  expect(workspace.openStatements()).toBe(0);
});

test("a statement ends although its CloseOperation is not answered", async () => {
  workspace.addFault({ thriftMethod: "CloseOperation", noReply: "silent" });
  expect(await rowsOf(await run("SELECT id FROM range(0, 50000)"))).toBe(50_000);
  await until(() => !client.isBusy, "the session is given up");
});

test("a session that comes when nobody counts on it any more is closed", async () => {
  const before = workspace.openSqlSessions();
  workspace.addFault({ thriftMethod: "OpenSession", delayMs: 3 * lostReplyMs, times: 1 });
  await expect(run("SELECT 1", AbortSignal.timeout(50))).rejects.toMatchObject({ code: "INTERNAL_ERROR" });
  await until(() => !client.isBusy, "its place is free");
  await until(() => thriftCalls(workspace).includes("CloseSession"), "it is closed");
  expect(workspace.openSqlSessions()).toBe(before);
});

test("an error whose body never ends reaches the caller", async () => {
  const body = "x".repeat(100);
  workspace.addFault({ thriftMethod: "ExecuteStatement", status: 502, body, stallBodyAfterBytes: 10 });
  const answer = await gateway.run("execute_query", { sql: "SELECT 1" });
  expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_ERROR"]);
});

test("a reader of NDJSON that takes nothing is cut off", async () => {
  const other = await startGateway(workspace.url, undefined, { limits: { callerIdleMs: 300 } });
  const { host, port } = new URL(other.url);
  const body = JSON.stringify({
    op: "execute_query",
    params: { sql: "SELECT id FROM range(0, 20000000)", format: "ndjson" },
  });
  const head = [
    "POST /run HTTP/1.1",
    `host: ${host}`,
    `x-gateway-secret: ${secret}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
  ];
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined).write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.pause();
  await expect
    .poll(() => other.log.at(-1), { timeout: 20_000 })
    .toMatchObject({ error_code: "REQUEST_TIMEOUT" });
  const open = new Promise((resolve) => other.app.server.getConnections((_error, count) => resolve(count)));
  expect(await open).toBe(0);
  socket.destroy();
  await other.close();
});
