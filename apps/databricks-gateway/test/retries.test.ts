import type { Fault, LocalWorkspace } from "@front-door/local-workspace";
import { openMetrics } from "@front-door/service-runtime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { retryMetrics } from "../src/metrics/retry-metrics.ts";
import { type GatewayUnderTest, startGateway, startWorkspace, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

/** For REST, without TLS: a connection that breaks takes less CPU time to make again. */
let restWorkspace: LocalWorkspace;
let sqlWorkspace: LocalWorkspace;
/** The one that the test uses. */
let workspace: LocalWorkspace;
/** A new one for each test, since its retries are counted. */
let gateway: GatewayUnderTest;
beforeAll(async () => {
  [restWorkspace, sqlWorkspace] = await Promise.all([startWorkspace(), startSqlWorkspace()]);
});
afterAll(() => Promise.all([restWorkspace.close(), sqlWorkspace.close()]));
beforeEach(() => use(restWorkspace));
afterEach(async () => {
  workspace.clearFaults();
  await gateway.close();
});

async function use(used: LocalWorkspace): Promise<void> {
  const settings = { DATABRICKS_TOKEN: tokenOf.alice, DATABRICKS_HTTP_PATH: warehousePath };
  workspace = used;
  gateway = await startGateway(workspace.url, settings);
  workspace.clearRequests();
}

const volume = { catalog: "main", schema: "default" };
const busy = (status: number, retryAfter?: string): Fault => ({
  status,
  headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
  body: "",
});
const sent = () => workspace.requests().length;

describe("a call that only reads is sent again", () => {
  test.each<[string, Fault]>([
    ["429", busy(429)],
    ["503", busy(503)],
    ["429 with Retry-After", busy(429, "1")],
    ["503 with Retry-After", busy(503, "1")],
    ["a connection that broke", { noReply: "reset" }],
  ])("after %s", async (_, fault) => {
    workspace.addFault({ ...fault, times: 1 });
    expect((await gateway.run("list_catalogs")).status).toBe(200);
    expect(sent()).toBe(2);
  });

  test("no sooner than Retry-After says", async () => {
    workspace.addFault({ ...busy(429, "1"), times: 1 });
    const startedAt = performance.now();
    await gateway.run("me");
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test("but not if its Retry-After is longer than anybody waits", async () => {
    workspace.addFault(busy(429, "6"));
    const { status, headers } = await gateway.run("me");
    expect([status, headers["retry-after"], sent()]).toEqual([429, "6", 1]);
  });
});

describe("a call that may change something", () => {
  let serial = 0;
  const create = () => gateway.run("create_volume", { ...volume, name: `retried_${++serial}` });

  test.each([429, 503])("is sent again after %i with Retry-After", async (status) => {
    workspace.addFault({ ...busy(status, "1"), method: "POST", times: 1 });
    expect((await create()).status).toBe(200);
    expect(sent()).toBe(2);
  });

  test.each<[string, Fault]>([
    ["429", busy(429)],
    ["503", busy(503)],
    ["500", busy(500)],
    ["a connection that broke", { noReply: "reset" }],
  ])("is not sent again after %s", async (_, fault) => {
    workspace.addFault({ ...fault, method: "POST", times: 1 });
    expect((await create()).status).toBeGreaterThanOrEqual(429);
    expect(sent()).toBe(1);
  });
});

test.each([
  ["429", busy(429, "0"), 429],
  ["503", busy(503, "0"), 503],
])("the bytes of a file are not sent again, not even after %s with Retry-After", async (_, fault, status) => {
  workspace.addFault({ ...fault, method: "PUT", times: 1 });
  const params = { path: "/Volumes/main/default/files/sent-once.bin" };
  const { status: seen, body } = await gateway.upload(params, "abc");
  expect([seen, body.retryable]).toEqual([status, true]);
  expect(workspace.requests().filter(({ method }) => method === "PUT")).toHaveLength(1);
});

/** What an outage may cost in all: a tenth more than without retries, what is saved up, and a retry a second. */
function mostRequests(requests: number, startedAt: number): number {
  return 1.1 * requests + 5 + Math.ceil((performance.now() - startedAt) / 1_000);
}

describe("an outage is not multiplied", () => {
  test.each<[string, Fault]>([
    ["answers 503", busy(503)],
    ["answers 503 with Retry-After", busy(503, "1")],
    ["answers 429", busy(429, "1")],
    ["resets every connection", { noReply: "reset" }],
  ])("by 100 REST calls while Databricks %s", async (_, fault) => {
    workspace.addFault(fault);
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 100 }, () => gateway.run("list_catalogs")));
    expect(sent()).toBeGreaterThan(100);
    expect(sent()).toBeLessThanOrEqual(mostRequests(100, startedAt));
  });

  test.each<[string, Fault]>([
    ["answers 503", busy(503)],
    ["resets every connection", { noReply: "reset" }],
  ])("by 40 queries that wait for three seconds while Databricks %s", async (_, fault) => {
    await gateway.close();
    await use(sqlWorkspace);
    workspace.addFault(fault);
    const startedAt = performance.now();
    const query = { sql: "SELECT 1", timeout_ms: 3_000 };
    const answers = await Promise.all(Array.from({ length: 40 }, () => gateway.run("execute_query", query)));
    expect(new Set(answers.map(({ body }) => body.retryable))).toEqual(new Set([true]));
    expect(sent()).toBeLessThanOrEqual(mostRequests(40, startedAt));
  });

  test("by 100 deletions of a directory, whose listings wait for three seconds", async () => {
    workspace.addFault(busy(503));
    const startedAt = performance.now();
    const params = { path: "/Volumes/main/default/files/many", recursive: true };
    const headers = { "x-request-timeout-ms": "3000" };
    await Promise.all(
      Array.from({ length: 100 }, () => gateway.run("delete_directory", params, { headers })),
    );
    expect(sent()).toBeGreaterThan(100);
    expect(sent()).toBeLessThanOrEqual(mostRequests(100, startedAt));
  });

  test("and what waits then succeeds once it is over", async () => {
    await gateway.close();
    await use(sqlWorkspace);
    workspace.addFault(busy(503));
    const query = gateway.run("execute_query", { sql: "SELECT 1" });
    // They use up what is saved.
    await Promise.all(Array.from({ length: 20 }, () => gateway.run("list_catalogs")));
    workspace.clearFaults();
    expect((await query).status).toBe(200);
    expect((await gateway.run("list_catalogs")).status).toBe(200);
  });
});

test("a model that is always busy takes no retries from other calls", async () => {
  const path = "/serving-endpoints/echo-chat/invocations";
  workspace.addFault({ ...busy(503, "0"), path });
  const params = { endpoint_name: "echo-chat", request: { messages: [{ role: "user", content: "x" }] } };
  await Promise.all(Array.from({ length: 30 }, () => gateway.run("query_serving_endpoint", params)));
  // More than what is free in each second.
  workspace.addFault({ ...busy(503), path: "/api/2.1/unity-catalog/catalogs", times: 3 });
  const answers = await Promise.all(Array.from({ length: 3 }, () => gateway.run("list_catalogs")));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("metrics count retries and what the budget refused, by API and reason", async () => {
  const metrics = await openMetrics();
  const end = retryMetrics(metrics);
  workspace.addFault(busy(503));
  await Promise.all(Array.from({ length: 30 }, () => gateway.run("list_catalogs")));
  end();
  const text = await metrics.registry.metrics();
  const labels = '{api="unity-catalog",reason="503"}';
  const valueOf = (name: string) => Number(text.split(`${name}${labels} `)[1]?.split("\n", 1)[0]);
  expect(valueOf("front_door_gateway_retries_total")).toBe(sent() - 30);
  expect(valueOf("front_door_gateway_retries_refused_total")).toBe(30);
});
