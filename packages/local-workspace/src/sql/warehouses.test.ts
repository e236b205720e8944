import { expect, test } from "vitest";
import { ThriftClient } from "../../test/thrift-client.ts";
import { startForTest } from "../../test/under-test.ts";
import { OPERATION_STATE } from "../thrift/tcli-structs.ts";

const RUNNING = "a1b2c3d4e5f60718";
const STOPPED = "b2c3d4e5f6071829";
const WAREHOUSES = "/api/2.0/sql/warehouses";
const STATEMENTS = "/api/2.0/sql/statements";

async function start(warehouseStartMs = 0) {
  const under = await startForTest({
    sqlLimits: { warehouseStartMs, directResultsWaitMs: 0, statusWaitMs: 0 },
  });
  const { call } = under;
  const stateOf = async (id: string) => (await call("GET", `${WAREHOUSES}/${id}`)).json.state;
  const send = async (warehouse_id: string, more: object = {}) =>
    (await call("POST", STATEMENTS, { body: { warehouse_id, statement: "SELECT 1", ...more } })).json;
  return { ...under, stateOf, send };
}

test("a warehouse starts and stops at once by default", async () => {
  const { call, stateOf } = await start();
  await call("POST", `${WAREHOUSES}/${STOPPED}/start`);
  expect(await stateOf(STOPPED)).toBe("RUNNING");
  await call("POST", `${WAREHOUSES}/${STOPPED}/stop`);
  expect(await stateOf(STOPPED)).toBe("STOPPED");
});

test("a warehouse that takes time is STARTING and STOPPING in between, in lists too", async () => {
  const { call, stateOf } = await start(200);
  const listed = async () =>
    (await call("GET", WAREHOUSES)).json.warehouses.map(({ id, state }: { id: string; state: string }) => [
      id,
      state,
    ]);
  await call("POST", `${WAREHOUSES}/${STOPPED}/start`);
  expect(await listed()).toContainEqual([STOPPED, "STARTING"]);
  await expect.poll(() => stateOf(STOPPED)).toBe("RUNNING");
  await call("POST", `${WAREHOUSES}/${STOPPED}/stop`);
  expect(await listed()).toContainEqual([STOPPED, "STOPPING"]);
  await expect.poll(() => stateOf(STOPPED)).toBe("STOPPED");
});

test("a statement starts a stopped warehouse, and is PENDING until it runs", async () => {
  const { call, stateOf, send, workspace } = await start(600_000);
  const { statement_id, status } = await send(STOPPED, { wait_timeout: "0s" });
  expect(status.state).toBe("PENDING");
  expect(await stateOf(STOPPED)).toBe("STARTING");
  const query = async () => (await call("GET", `${STATEMENTS}/${statement_id}`)).json;
  expect((await query()).status.state).toBe("PENDING");
  const history = await call("GET", "/api/2.0/sql/history/queries");
  expect(history.json.res[0].status).toBe("QUEUED");
  workspace.setWarehouseState(STOPPED, "RUNNING");
  await expect.poll(async () => (await query()).status.state, { timeout: 60_000 }).toBe("SUCCEEDED");
  expect((await query()).result.data_array).toEqual([["1"]]);
});

test("a statement sent to a warehouse that is stopping waits until it was stopped and started again", async () => {
  const { call, stateOf, send, workspace } = await start(1);
  workspace.setWarehouseState(RUNNING, "STOPPING");
  const { statement_id } = await send(RUNNING, { wait_timeout: "0s" });
  const state = async () => (await call("GET", `${STATEMENTS}/${statement_id}`)).json.status.state;
  expect([await state(), await stateOf(RUNNING)]).toEqual(["PENDING", "STOPPING"]);
  workspace.setWarehouseState(RUNNING, "STOPPED");
  await expect.poll(state, { timeout: 60_000 }).toBe("SUCCEEDED");
});

test("a statement is canceled while its warehouse starts", async () => {
  const { call, send, workspace } = await start(600_000);
  const { statement_id } = await send(STOPPED, { wait_timeout: "0s" });
  expect((await call("POST", `${STATEMENTS}/${statement_id}/cancel`)).status).toBe(200);
  expect((await call("GET", `${STATEMENTS}/${statement_id}`)).json.status.state).toBe("CANCELED");
  expect(workspace.statements()).toMatchObject([{ state: "canceled", closed: true, waiting: true }]);
});

test("over Thrift a statement is PENDING until its warehouse runs, and is canceled meanwhile", async () => {
  const { call, workspace } = await start(600_000);
  const client = new ThriftClient(call, undefined, `/sql/1.0/warehouses/${STOPPED}`);
  const session = await client.session();
  const run = async (sql: string) => (await client.execute(session, sql)).operationHandle!;
  const [first, second] = [await run("SELECT 1"), await run("SELECT 2")];
  const stateOf = async (handle: typeof first) => (await client.status(handle)).operationState;
  expect(await stateOf(first)).toBe(OPERATION_STATE.pending);
  await client.cancel(second);
  expect(await stateOf(second)).toBe(OPERATION_STATE.canceled);
  await call("POST", "/_local/warehouses", { body: { id: STOPPED, state: "RUNNING" } });
  await expect.poll(() => stateOf(first), { timeout: 60_000 }).toBe(OPERATION_STATE.finished);
  expect(workspace.statements().map(({ state }) => state)).toEqual(["succeeded", "canceled"]);
});

test("a state can be set only for a warehouse that exists, and only to one that there is", async () => {
  const { call, workspace } = await start();
  expect(() => workspace.setWarehouseState("nope", "RUNNING")).toThrow("SQL warehouse nope does not exist.");
  for (const body of [
    { id: "nope", state: "RUNNING" },
    { id: RUNNING, state: "BROKEN" },
  ])
    expect((await call("POST", "/_local/warehouses", { body })).status).toBe(400);
});
