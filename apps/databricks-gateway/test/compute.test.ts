import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, startWorkspace } from "./gateway-under-test.ts";
import { seededCluster } from "./operations/compute-cases.ts";
import { seededPipeline } from "./operations/pipelines-cases.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace({ holdClock: true });
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

const state = async () => (await gateway.run("get_cluster", seededCluster)).body.state as string;
const get = (path: string, query: object = {}) => ({ method: "GET", path, query });
const post = (path: string, body: object) => ({ method: "POST", path, body: JSON.stringify(body) });

test("a cluster starts and stops, each of which takes time, and its events say when", async () => {
  const seen = [await state()];
  for (const op of ["start_cluster", "stop_cluster"]) {
    await gateway.run(op, seededCluster);
    seen.push(await state());
    workspace.stepClock(60_000);
    seen.push(await state());
  }
  expect(seen).toEqual(["TERMINATED", "PENDING", "RUNNING", "TERMINATING", "TERMINATED"]);
  const types: string[] = [];
  for (
    let page_token: string | undefined, isFirst = true;
    isFirst || page_token !== undefined;
    isFirst = false
  ) {
    const { body } = await gateway.run("list_cluster_events", {
      ...seededCluster,
      max_results: 2,
      page_token,
    });
    types.push(...body.events.map(({ type }: { type: string }) => type));
    page_token = body.next_page_token;
  }
  expect(types).toEqual(["TERMINATING", "RUNNING", "STARTING"]);
});

test("the events of a workspace that counts pages by offset are paged by it", async () => {
  const path = "/api/2.1/clusters/events";
  const event = { type: "RUNNING", timestamp: 5, ...seededCluster };
  const next_page = { ...seededCluster, offset: 50, limit: 50 };
  workspace.addFault({ path, times: 1, status: 200, body: { events: [event], next_page, total_count: 51 } });
  workspace.addFault({ path, nth: 2, status: 200, body: { events: [event], total_count: 51 } });
  const first = (await gateway.run("list_cluster_events", seededCluster)).body;
  expect(first.next_page_token).toBe("offset:50");
  const last = (
    await gateway.run("list_cluster_events", { ...seededCluster, page_token: first.next_page_token })
  ).body;
  expect(last).toEqual({ events: [{ type: "RUNNING", timestamp: 5 }] });
  expect(workspace.requests()[1]?.body).toBe(JSON.stringify({ ...seededCluster, offset: 50 }));
});

test("an update of a pipeline takes time, computes its tables, and is stopped", async () => {
  const { body: started } = await gateway.run("start_pipeline_update", seededPipeline);
  const [update] = (await gateway.run("list_pipeline_updates", seededPipeline)).body.updates;
  expect(update).toMatchObject({ ...started, state: "QUEUED" });
  expect((await gateway.run("get_pipeline", seededPipeline)).body.state).toBe("STARTING");
  const second = await gateway.run("start_pipeline_update", seededPipeline);
  expect([second.status, second.body.error_code]).toEqual([409, "RESOURCE_CONFLICT"]);
  await gateway.run("stop_pipeline", seededPipeline);
  const latest = async () =>
    (await gateway.run("list_pipeline_updates", seededPipeline)).body.updates[0].state as string;
  await expect.poll(latest).toBe("CANCELED");

  await gateway.run("start_pipeline_update", seededPipeline);
  const ended = async () => {
    workspace.stepClock(60_000);
    return latest();
  };
  await expect.poll(ended, { timeout: 60_000 }).toBe("COMPLETED");
  expect(workspace.statements().map(({ principal, state }) => [principal, state])).toEqual([
    ["alice@example.com", "succeeded"],
  ]);
  const table = { catalog: "main", schema: "sales", name: "trips_per_day" };
  expect((await gateway.run("get_table", table)).status).toBe(200);
  const { events } = (await gateway.run("list_pipeline_events", seededPipeline)).body;
  expect(events[0].message).toMatch(/^Update \w{6} is COMPLETED\.$/);
  expect((await gateway.run("get_pipeline", seededPipeline)).body).toMatchObject({
    state: "IDLE",
    latest_updates: [{ state: "COMPLETED" }, { state: "CANCELED" }],
  });
});

describe("the request for", () => {
  const { cluster_id } = seededCluster;
  const { pipeline_id } = seededPipeline;
  const clusters = "/api/2.1/clusters";
  const pipeline = `/api/2.0/pipelines/${pipeline_id}`;

  // As the SDK documents them, whatever comes back.
  test.each<[string, object, object]>([
    ["list_clusters", { max_results: 5 }, get(`${clusters}/list`, { page_size: "5" })],
    ["get_cluster", seededCluster, get(`${clusters}/get`, { cluster_id })],
    ["start_cluster", seededCluster, post(`${clusters}/start`, { cluster_id })],
    ["stop_cluster", seededCluster, post(`${clusters}/delete`, { cluster_id })],
    [
      "list_cluster_events",
      { cluster_id, order: "ASC", start_time: 1, max_results: 5 },
      post(`${clusters}/events`, { cluster_id, order: "ASC", page_size: 5, start_time: 1 }),
    ],
    ["list_cluster_policies", {}, get("/api/2.0/policies/clusters/list")],
    ["list_node_types", {}, get(`${clusters}/list-node-types`)],
    ["list_instance_pools", {}, get("/api/2.0/instance-pools/list")],
    [
      "list_pipelines",
      { filter: "name LIKE 'x'", max_results: 5 },
      get("/api/2.0/pipelines", { filter: "name LIKE 'x'", max_results: "5" }),
    ],
    ["get_pipeline", seededPipeline, get(pipeline)],
    [
      "start_pipeline_update",
      { pipeline_id, full_refresh_selection: ["t"], validate_only: true },
      post(`${pipeline}/updates`, { full_refresh_selection: ["t"], validate_only: true }),
    ],
    ["stop_pipeline", seededPipeline, { method: "POST", path: `${pipeline}/stop` }],
    [
      "list_pipeline_updates",
      { pipeline_id, max_results: 5 },
      get(`${pipeline}/updates`, { max_results: "5" }),
    ],
    [
      "list_pipeline_events",
      { pipeline_id, filter: "level = 'ERROR'" },
      get(`${pipeline}/events`, { filter: "level = 'ERROR'" }),
    ],
  ])("%s is as Databricks documents it", async (op, params, expected) => {
    workspace.addFault({ status: 403, body: { error_code: "PERMISSION_DENIED" } });
    await gateway.run(op, params);
    expect(workspace.requests()).toEqual([expect.objectContaining(expected)]);
  });
});
