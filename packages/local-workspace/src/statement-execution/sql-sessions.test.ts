import { expect, test } from "vitest";
import { BOB, startForTest } from "../../test/under-test.ts";

const SESSIONS = "/api/2.0/sql/sessions";
const warehouse_id = "a1b2c3d4e5f60718";

async function start() {
  const under = await startForTest();
  const open = (body: object = {}) => under.call("POST", SESSIONS, { body: { warehouse_id, ...body } });
  const run = async (session_id: string, statement: string, more: object = {}, token?: string) => {
    const body = { warehouse_id, session_id, statement, ...more };
    return under.call("POST", "/api/2.0/sql/statements", { body, ...(token === undefined ? {} : { token }) });
  };
  return { ...under, open, run };
}

test("USE, SET and temporary views last from one statement of a session to the next", async () => {
  const { call, open, run, workspace } = await start();
  const { session_id } = (await open({ catalog: "main", session_confs: { statement_timeout: "60" } })).json;
  await run(session_id, "USE SCHEMA sales");
  await run(session_id, "CREATE TEMPORARY VIEW one AS SELECT 1 AS x");
  const { json } = await run(session_id, "SELECT current_schema(), x FROM one");
  expect(json.result.data_array).toEqual([["sales", "1"]]);
  expect((await run(session_id, "SET statement_timeout")).json.result.data_array).toEqual([
    ["statement_timeout", "60"],
  ]);
  expect(workspace.statements().every((one) => one.sessionId === session_id)).toBe(true);
  expect((await call("DELETE", `${SESSIONS}/${session_id}`, { body: { session_id } })).json).toEqual({});
  expect((await run(session_id, "SELECT 1")).status).toBe(404);
});

test("a session belongs to its caller and its warehouse", async () => {
  const { call, open, run } = await start();
  const { session_id } = (await open()).json;
  expect((await run(session_id, "SELECT 1", {}, BOB)).status).toBe(404);
  expect((await call("DELETE", `${SESSIONS}/${session_id}`, { token: BOB })).status).toBe(404);
  const elsewhere = await run(session_id, "SELECT 1", { warehouse_id: "b2c3d4e5f6071829" });
  expect([elsewhere.status, elsewhere.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  expect((await run(session_id, "SELECT 1", { catalog: "main" })).status).toBe(400);
});

test("a session with a catalog, setting or warehouse that does not exist is refused", async () => {
  const { open } = await start();
  expect((await open({ catalog: "nope" })).json).toMatchObject({ error_code: "BAD_REQUEST" });
  expect((await open({ session_confs: { nothing: "1" } })).json.message).toContain("CONFIG_NOT_AVAILABLE");
  expect((await open({ warehouse_id: "nope" })).status).toBe(404);
});

test("a session that is idle expires, and one with a running statement does not", async () => {
  const { call } = await startForTest({ sqlLimits: { sessionIdleMs: 200 } });
  const { json } = await call("POST", SESSIONS, { body: { warehouse_id } });
  const body = { warehouse_id, session_id: json.session_id, statement: "SELECT 1" };
  await expect
    .poll(async () => (await call("DELETE", `${SESSIONS}/${json.session_id}`, { token: BOB })).status)
    .toBe(404);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect((await call("POST", "/api/2.0/sql/statements", { body })).status).toBe(404);
});
