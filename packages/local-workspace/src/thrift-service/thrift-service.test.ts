import { setTimeout } from "node:timers/promises";
import { pino } from "pino";
import { expect, test } from "vitest";
import { scriptedEngine } from "../../test/scripted-engine.ts";
import { rowsOf, ThriftClient, WAREHOUSE } from "../../test/thrift-client.ts";
import { ALICE, BOB, startForTest, temporaryDir } from "../../test/under-test.ts";
import type { LocalWorkspaceOptions } from "../index.ts";
import { writeCall } from "../thrift/message.ts";
import { metadataRequest } from "../thrift/tcli-structs.ts";
import { struct } from "../thrift/thrift-type.ts";

async function start(options: Partial<LocalWorkspaceOptions> = {}) {
  const engine = scriptedEngine();
  const under = await startForTest({ sqlEngine: () => engine, ...options });
  return { ...under, engine, alice: new ThriftClient(under.call), bob: new ThriftClient(under.call, BOB) };
}

test("a session uses protocol V8 and passes its principal, namespace and configuration to the engine", async () => {
  const { alice, engine, workspace } = await start();
  const opened = await alice.openSession({
    clientProtocolI64: 0xa509,
    initialNamespace: { catalogName: "samples", schemaName: "tpch" },
    configuration: new Map([["STATEMENT_TIMEOUT", "30"]]),
  });
  expect(opened).toMatchObject({
    status: { statusCode: 0 },
    serverProtocolVersion: 0xa508,
    initialNamespace: { catalogName: "samples", schemaName: "tpch" },
    canUseMultipleCatalogs: true,
  });
  expect(opened.sessionHandle?.sessionId?.guid).toHaveLength(16);
  expect(engine.sessions).toEqual([
    {
      principal: "alice@example.com",
      catalog: "samples",
      schema: "tpch",
      configuration: { STATEMENT_TIMEOUT: "30" },
    },
  ]);
  expect(workspace.openSqlSessions()).toBe(1);
  expect(await alice.closeSession(opened.sessionHandle!)).toEqual({ status: { statusCode: 0 } });
  expect([workspace.openSqlSessions(), engine.openSessions]).toEqual([0, 0]);
});

test("a small result comes complete with the reply, and its operation is closed", async () => {
  const { alice, workspace, engine } = await start();
  const session = await alice.session();
  const { directResults, operationHandle } = await alice.execute(session, "rows 10000");
  const { resultSet, resultSetMetadata, operationStatus, closeOperation } = directResults!;
  expect(operationStatus).toMatchObject({ status: { statusCode: 0 }, operationState: 2, hasResultSet: true });
  expect(resultSetMetadata).toMatchObject({ resultFormat: 0, lz4Compressed: false });
  expect(resultSetMetadata?.schema?.columns?.map((column) => [column.columnName, column.position])).toEqual([
    ["n", 1],
    ["t", 2],
  ]);
  expect(resultSet).toMatchObject({ hasMoreRows: false, results: { startRowOffset: 0 } });
  expect(closeOperation).toEqual({ status: { statusCode: 0 } });
  const rows = rowsOf(resultSetMetadata!.arrowSchema, resultSet!);
  expect(rows).toHaveLength(10_000);
  expect(rows.slice(6, 9)).toEqual([
    [6n, "row 6"],
    [7n, null],
    [8n, "row 8"],
  ]);
  expect([workspace.openStatements(), engine.openResults]).toEqual([0, 0]);
  const gone = await alice.close(operationHandle!);
  expect(gone.status).toMatchObject({ statusCode: 3, sqlState: "08000" });
  expect(gone.status?.errorMessage).toContain("Invalid OperationHandle");
});

test("rows come once, in order and no more than asked for, whatever the engine's batch size", async () => {
  const { alice } = await start();
  const session = await alice.session();
  const { directResults, operationHandle } = await alice.execute(session, "rows 10000 3000", {
    getDirectResults: { maxRows: 1001 },
  });
  const schema = directResults!.resultSetMetadata!.arrowSchema!;
  const rows = rowsOf(schema, directResults!.resultSet!);
  expect(rows).toHaveLength(1001);
  expect(directResults!.closeOperation).toBeUndefined();
  let more: boolean | undefined = true;
  while (more) {
    const part = await alice.fetch(operationHandle!, 2500);
    expect(part.results?.startRowOffset).toBe(rows.length);
    const got = rowsOf(schema, part);
    expect(got.length).toBeLessThanOrEqual(2500);
    rows.push(...got);
    more = part.hasMoreRows;
  }
  expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 10_000 }, (_, at) => BigInt(at)));
  expect(rows.filter(([, t]) => t === null)).toHaveLength(1429);
});

test("the engine is asked for at most one batch more than the client asks for", async () => {
  const { alice, engine } = await start();
  const session = await alice.session();
  const { operationHandle } = await alice.execute(session, "rows 10000000 8192", {
    getDirectResults: undefined,
  });
  expect((await alice.metadata(operationHandle!)).status).toEqual({ statusCode: 0 });
  expect(engine.pulled).toBe(0);
  await alice.fetch(operationHandle!, 8192);
  expect(engine.pulled).toBe(2);
  await alice.fetch(operationHandle!, 20_000);
  expect(engine.pulled).toBe(4);
  await setTimeout(30);
  expect(engine.pulled).toBe(4);
});

test("a part exceeds the bytes asked for by at most its last batch", async () => {
  const { alice } = await start();
  const session = await alice.session();
  const { operationHandle } = await alice.execute(session, "rows 100000 1000", {
    getDirectResults: undefined,
  });
  const part = await alice.fetch(operationHandle!, 100_000, { maxBytes: 50_000 });
  expect(part.hasMoreRows).toBe(true);
  const bytes = part.results!.arrowBatches!.map(({ batch }) => batch!.length);
  expect(bytes.reduce((sum, one) => sum + one) - bytes.at(-1)!).toBeLessThan(50_000);
});

test("a rewind or a gap is rejected rather than answered with other rows", async () => {
  const { alice } = await start();
  const session = await alice.session();
  const { operationHandle } = await alice.execute(session, "rows 100", { getDirectResults: undefined });
  expect((await alice.fetch(operationHandle!, 10, { orientation: 4 })).status).toEqual({ statusCode: 0 });
  expect((await alice.fetch(operationHandle!, 10, { orientation: 4 })).status?.sqlState).toBe("HY106");
  expect((await alice.fetch(operationHandle!, 10, { startRowOffset: 20 })).status?.sqlState).toBe("HY106");
  expect((await alice.fetch(operationHandle!, 10, { startRowOffset: 10 })).status).toEqual({ statusCode: 0 });
});

test("a failed statement has Databricks' state and message, with the stack trace kept apart", async () => {
  const { alice, workspace } = await start();
  const session = await alice.session();
  const message =
    "[TABLE_OR_VIEW_NOT_FOUND] The table or view `gone` cannot be found. SQLSTATE: 42P01 (line 1, pos 5)";
  const { status, directResults } = await alice.execute(session, "fail");
  expect(status).toEqual({ statusCode: 0 });
  expect(directResults?.operationStatus).toMatchObject({
    status: { statusCode: 0 },
    operationState: 5,
    sqlState: "42P01",
    errorCode: 0,
    displayMessage: message,
  });
  expect(directResults?.operationStatus?.errorMessage).toContain("HiveSQLException: Error running query");
  const direct = await alice.execute(session, "fail", { runAsync: false });
  expect(direct.status).toMatchObject({
    statusCode: 3,
    sqlState: "42P01",
    errorCode: 0,
    displayMessage: message,
  });
  expect(direct.operationHandle).toBeUndefined();
  expect(workspace.statements()).toMatchObject([
    { state: "failed", error: message, closed: false },
    { state: "failed", error: message, closed: true },
  ]);
});

test("an error in the middle of a result is a failure, not the end of the result", async () => {
  const { alice } = await start();
  const session = await alice.session();
  const { operationHandle, directResults } = await alice.execute(session, "fail-after 500", {
    getDirectResults: { maxRows: 500 },
  });
  expect(directResults?.resultSet?.hasMoreRows).toBe(true);
  const part = await alice.fetch(operationHandle!, 500);
  expect(part.status).toMatchObject({ statusCode: 3, sqlState: "22012" });
  expect(part.results).toBeUndefined();
  expect((await alice.status(operationHandle!)).operationState).toBe(5);
  const whole = await alice.execute(session, "fail-after 500");
  expect(whole.directResults).toMatchObject({ operationStatus: { operationState: 5, sqlState: "22012" } });
  expect(whole.directResults?.resultSet).toBeUndefined();
});

test("a slow statement returns a handle, runs on, and returns its result once it is ready", async () => {
  const { alice } = await start({ sqlLimits: { directResultsWaitMs: 20 } });
  const session = await alice.session();
  const { operationHandle, directResults } = await alice.execute(session, "slow 200");
  expect(directResults).toMatchObject({ operationStatus: { operationState: 1 } });
  expect(directResults?.resultSet).toBeUndefined();
  await expect.poll(async () => (await alice.status(operationHandle!)).operationState).toBe(2);
  expect((await alice.fetch(operationHandle!, 10)).results?.arrowBatches).toHaveLength(1);
});

test("a cancelled statement is interrupted at once and leaves nothing open", async () => {
  const { alice, workspace, engine } = await start({ sqlLimits: { directResultsWaitMs: 10 } });
  const session = await alice.session();
  const running = await alice.execute(session, "never");
  expect(await alice.cancel(running.operationHandle!)).toEqual({ status: { statusCode: 0 } });
  expect((await alice.status(running.operationHandle!)).operationState).toBe(3);
  expect((await alice.fetch(running.operationHandle!, 1)).status).toMatchObject({
    statusCode: 3,
    sqlState: "HY008",
  });
  const streaming = await alice.execute(session, "rows 100000", { getDirectResults: { maxRows: 10 } });
  await alice.cancel(streaming.operationHandle!);
  expect((await alice.fetch(streaming.operationHandle!, 10)).status?.sqlState).toBe("HY008");
  expect([workspace.openStatements(), engine.openResults]).toEqual([0, 0]);
  expect(workspace.statements()).toMatchObject([
    { statement: "never", state: "canceled", cancelRequested: true, closed: true, rowsFetched: 0 },
    { state: "canceled", cancelRequested: true, closed: true, rowsFetched: 10 },
  ]);
});

test("closing a session closes its operations and invalidates their handles", async () => {
  const { alice, workspace, engine } = await start({ sqlLimits: { directResultsWaitMs: 10 } });
  const session = await alice.session();
  const running = await alice.execute(session, "never");
  await alice.execute(session, "rows 100000", { getDirectResults: { maxRows: 10 } });
  expect(workspace.openStatements()).toBe(2);
  await alice.closeSession(session);
  expect([workspace.openStatements(), engine.openResults, engine.openSessions]).toEqual([0, 0, 0]);
  expect((await alice.status(running.operationHandle!)).status?.errorMessage).toContain(
    "Invalid OperationHandle",
  );
  expect((await alice.execute(session, "rows 1")).status?.errorMessage).toContain("Invalid SessionHandle");
});

test("a handle is valid only for its own caller and warehouse", async () => {
  const { alice, bob, call } = await start();
  const session = await alice.session();
  const { operationHandle } = await alice.execute(session, "rows 100", { getDirectResults: { maxRows: 1 } });
  const elsewhere = new ThriftClient(call, ALICE, "/sql/1.0/warehouses/b2c3d4e5f6071829");
  for (const other of [bob, elsewhere]) {
    const refused = [
      (await other.execute(session, "rows 1")).status,
      (await other.closeSession(session)).status,
      (await other.fetch(operationHandle!, 1)).status,
      (await other.cancel(operationHandle!)).status,
    ];
    expect(refused.map((status) => [status?.statusCode, status?.sqlState])).toEqual(
      refused.map(() => [3, "08000"]),
    );
  }
  const unknown = { sessionId: { guid: Buffer.alloc(16, 9), secret: Buffer.alloc(16) } };
  const [missing, foreign] = [await bob.closeSession(unknown), await bob.closeSession(session)];
  expect(withoutId(foreign.status?.errorMessage)).toBe(withoutId(missing.status?.errorMessage));
  expect((await alice.fetch(operationHandle!, 1)).status).toEqual({ statusCode: 0 });
});

test("an idle session expires and is closed; one with a running statement does not", async () => {
  const { alice, workspace, engine } = await start({
    sqlLimits: { sessionIdleMs: 500, directResultsWaitMs: 1 },
  });
  const idle = await alice.session();
  await alice.execute(idle, "rows 100", { getDirectResults: { maxRows: 1 } });
  const busy = await alice.session();
  const { operationHandle } = await alice.execute(busy, "slow 2000");
  await expect.poll(() => workspace.openSqlSessions()).toBe(1);
  expect((await alice.execute(idle, "rows 1")).status?.errorMessage).toContain("Invalid SessionHandle");
  await setTimeout(700);
  expect((await alice.status(operationHandle!)).operationState).toBeDefined();
  await expect.poll(() => workspace.openSqlSessions()).toBe(0);
  expect([workspace.openStatements(), engine.openResults, engine.openSessions]).toEqual([0, 0, 0]);
});

test("too many sessions are rejected with the time to retry after", async () => {
  const { alice } = await start({ sqlLimits: { sessionsMax: 2 } });
  await alice.session();
  const second = await alice.session();
  await expect(alice.openSession()).rejects.toThrow("HTTP 429");
  await alice.closeSession(second);
  expect((await alice.openSession()).status).toEqual({ statusCode: 0 });
});

test("parameters reach the engine by name or by position, as text with their type", async () => {
  const { alice, engine } = await start();
  const session = await alice.session();
  const value = { stringValue: "5" };
  await alice.execute(session, "rows 1", {
    parameters: [{ name: "a", type: "BIGINT", value }, { name: "none" }],
  });
  await alice.execute(session, "rows 1", {
    parameters: [
      { type: "INT", value },
      { type: "STRING", value: {} },
    ],
  });
  expect(engine.executions.map((one) => one.parameters)).toEqual([
    { a: { type: "BIGINT", value: "5" }, none: { type: "VOID", value: null } },
    [
      { type: "INT", value: "5" },
      { type: "STRING", value: null },
    ],
  ]);
  const mixed = await alice.execute(session, "rows 1", { parameters: [{ name: "a", value }, { value }] });
  expect(mixed.status?.displayMessage).toContain("[INVALID_PARAMETER_VALUE]");
});

test("a setting for a single statement is rejected by name", async () => {
  const { alice } = await start();
  const confOverlay = new Map([["ansi_mode", "false"]]);
  const { status } = await alice.execute(await alice.session(), "rows 1", { confOverlay });
  expect(status?.displayMessage).toContain("[UNSUPPORTED_FEATURE.CONF_OVERLAY]");
});

test("the path accepts only warehouses of the seed, with and without a trailing slash", async () => {
  const { call } = await start();
  expect((await new ThriftClient(call, ALICE, `${WAREHOUSE}/`).openSession()).status).toEqual({
    statusCode: 0,
  });
  const unknown = new ThriftClient(call, ALICE, "/sql/1.0/warehouses/nope");
  await expect(unknown.openSession()).rejects.toThrow("HTTP 404");
  await expect(new ThriftClient(call, "wrong").openSession()).rejects.toThrow("HTTP 403");
});

test("malformed messages and unknown methods are rejected, and the service goes on", async () => {
  const { alice } = await start();
  const whole = writeCall({ method: "GetCatalogs", sequenceId: 1 }, metadataRequest, {});
  for (const bytes of [Buffer.alloc(0), Buffer.from("{}"), whole.subarray(0, whole.length - 2)]) {
    expect((await alice.post(bytes)).status).toBe(400);
  }
  await expect(alice.send("Nothing", struct({}), struct({}), {})).rejects.toThrow(
    "Invalid method name: 'Nothing'",
  );
  await expect(alice.send("constructor", struct({}), struct({}), {})).rejects.toThrow("Invalid method name");
  expect((await alice.openSession()).status).toEqual({ statusCode: 0 });
});

test("an internal error appears in the log and not in the reply", async () => {
  const lines: string[] = [];
  const logger = pino({ level: "error" }, { write: (line) => lines.push(line) });
  const { alice } = await start({ logger });
  const session = await alice.session();
  const { directResults } = await alice.execute(session, "crash");
  expect(directResults?.operationStatus?.displayMessage).toContain(
    "[INTERNAL_ERROR] The local workspace failed.",
  );
  expect(JSON.stringify(directResults)).not.toContain("secret");
  expect(lines.join("")).toContain("crash with a secret inside");
});

test("a fault can apply to one Thrift method, and the record names the method", async () => {
  const { alice, workspace, call } = await start();
  workspace.addFault({ thriftMethod: "FetchResults", nth: 2, status: 503, headers: { "retry-after": "1" } });
  const session = await alice.session();
  const { operationHandle } = await alice.execute(session, "rows 100", { getDirectResults: undefined });
  expect((await alice.fetch(operationHandle!, 10)).status).toEqual({ statusCode: 0 });
  await expect(alice.fetch(operationHandle!, 10)).rejects.toThrow("HTTP 503");
  expect((await alice.fetch(operationHandle!, 10)).results?.startRowOffset).toBe(10);
  expect(workspace.requests().map((one) => [one.thriftMethod, one.status])).toEqual([
    ["OpenSession", 200],
    ["ExecuteStatement", 200],
    ["FetchResults", 200],
    ["FetchResults", 503],
    ["FetchResults", 200],
  ]);
  workspace.clearFaults();
  workspace.addFault({ thriftMethod: "ExecuteStatement", cutAfterBytes: 10 });
  await expect(alice.execute(session, "rows 1")).rejects.toThrow(/closed|terminated|aborted/);
  expect((await call("GET", "/api/2.0/sql/warehouses")).status).toBe(200);
});

test("every statement is recorded with its principal", async () => {
  const { alice, bob, call, workspace } = await start();
  await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const client = at % 2 === 0 ? alice : bob;
      const session = await client.session();
      await client.execute(session, `rows ${at % 2}`);
      await client.closeSession(session);
    }),
  );
  const seen = workspace.statements();
  expect(seen).toHaveLength(20);
  for (const one of seen) {
    expect(one.principal).toBe(one.statement === "rows 0" ? "alice@example.com" : "bob@example.com");
  }
  const { json } = await call("GET", "/_local/statements", { token: null });
  expect(json).toMatchObject({ openStatements: 0, openSqlSessions: 0 });
  expect(json.statements).toHaveLength(20);
  await call("DELETE", "/_local/statements", { token: null });
  expect(workspace.statements()).toEqual([]);
});

test("closing the workspace interrupts running statements and answers waiting callers", async () => {
  const { alice, workspace, engine } = await start({ dir: await temporaryDir() });
  const session = await alice.session();
  const waiting = alice.execute(session, "never", { runAsync: false }).catch(() => "cut");
  await expect.poll(() => engine.executions).toHaveLength(1);
  await workspace.close();
  await waiting;
  expect([engine.openSessions, engine.openResults, workspace.openStatements()]).toEqual([0, 0, 0]);
});

function withoutId(message: string | undefined): string | undefined {
  return message?.replaceAll(/[0-9a-f-]{36}/g, "id");
}

test("a fault answers a Thrift call with any status, before the call runs or after it", async () => {
  const { alice, workspace } = await start();
  const session = await alice.session();
  const status = { errorMessage: "not ready", sqlState: "08S01", errorCode: 7 };
  workspace.addFault({ thriftMethod: "ExecuteStatement", times: 1, thriftStatus: status });
  const refused = await alice.execute(session, "rows 1");
  expect(refused.status).toEqual({ statusCode: 3, displayMessage: "not ready", ...status });
  expect(workspace.statements()).toEqual([]);
  workspace.addFault({
    thriftMethod: "ExecuteStatement",
    afterRun: true,
    thriftStatus: { ...status, statusCode: 4 },
  });
  expect((await alice.execute(session, "rows 1")).status?.statusCode).toBe(4);
  expect(workspace.statements()).toHaveLength(1);
});

test("lost sessions are refused in the words of a warehouse that restarted, and new ones work", async () => {
  const { alice, call, workspace } = await start();
  const session = await alice.session();
  expect((await call("DELETE", "/_local/sql-sessions", { token: null })).status).toBe(200);
  expect(workspace.openSqlSessions()).toBe(0);
  const { status } = await alice.execute(session, "rows 1");
  expect(status?.errorMessage).toMatch(
    /^requirement failed: Session handle: SessionHandle \[[0-9a-f-]{36}\] has not been initialized or had already closed$/,
  );
  expect((await alice.execute(await alice.session(), "rows 1")).status?.statusCode).toBe(0);
  await workspace.loseSqlSessions();
  expect(workspace.openSqlSessions()).toBe(0);
});
