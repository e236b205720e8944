import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
/** Of the 100 statements of an identity. */
const share = 80;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterAll(() => workspace.close());

const controllers: AbortController[] = [];
beforeEach(async () => {
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    // So that it is not memory that bounds the statements.
    STREAM_BYTES_MAX: String(128 * 1024 * 1024),
  });
});
afterEach(async () => {
  for (const each of controllers.splice(0)) each.abort();
  workspace.clearFaults();
  await gateway.close();
});

const query = (headers: Record<string, string>, token?: string, signal?: AbortSignal) =>
  gateway.run(
    "execute_query",
    { sql: "SELECT 1" },
    { headers, ...(token ? { token } : {}), ...(signal ? { signal } : {}) },
  );

const executed = () => thriftCalls(workspace).filter((method) => method === "ExecuteStatement").length;

/** Statements that Databricks does not answer. */
async function wedge(count: number, headers: Record<string, string>): Promise<void> {
  workspace.addFault({ thriftMethod: "ExecuteStatement", delayMs: 600_000, times: count });
  workspace.clearRequests();
  for (let index = 0; index < count; index++) {
    const controller = new AbortController();
    controllers.push(controller);
    query(headers, undefined, controller.signal).catch(() => undefined);
  }
  await until(() => executed() >= count, "all are executed");
}

test("slow statements of one caller use up four fifths of the identity's, and those of two use up all", async () => {
  await wedge(share, { "x-gateway-counted-as": "greedy" });
  const refused = await query({ "x-gateway-counted-as": "greedy" });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
  expect(errorOf(refused)).toMatchObject({
    error_code: "RESOURCE_EXHAUSTED",
    error: "This caller already runs as many statements as it may at once: 80. Try again when one has ended.",
  });
  expect((await query({ "x-gateway-counted-as": "modest" })).status).toBe(200);
  // Another identity has statements of its own.
  expect((await query({ "x-gateway-counted-as": "greedy" }, tokenOf.bob)).status).toBe(200);

  await wedge(100 - share, { "x-gateway-counted-as": "greedier" });
  expect(errorOf(await query({ "x-gateway-counted-as": "modest" })).error).toBe(
    "This identity already runs as many statements as it may at once: 100. Try again when one has ended.",
  );
});

test("callers have separate shares by X-Gateway-Caller, which count after they hung up while Databricks may run them", async () => {
  await wedge(share, { "x-gateway-caller": "greedy" });
  expect((await query({ "x-gateway-caller": "greedy" })).status).toBe(429);
  expect((await query({ "x-gateway-caller": "modest" })).status).toBe(200);
  // Programs that name no caller have one share.
  expect((await query({})).status).toBe(200);

  workspace.addFault({ thriftMethod: "CloseSession", delayMs: 2_000 });
  for (const each of controllers.splice(0)) each.abort();
  await until(() => thriftCalls(workspace).includes("CloseSession"), "the sessions are being closed");
  expect((await query({ "x-gateway-caller": "greedy" })).status).toBe(429);
  expect((await query({ "x-gateway-caller": "modest" })).status).toBe(200);
});

test("X-Gateway-Counted-As must be percent-encoded", async () => {
  const answer = await query({ "x-gateway-counted-as": "a b" });
  expect([answer.status, errorOf(answer).error_code]).toEqual([400, "MALFORMED_REQUEST"]);
});
