import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, startWorkspace } from "./gateway-under-test.ts";
import { newJob, sqlTask } from "./operations/make-jobs.ts";
import { warehouseId } from "./sql-under-test.ts";

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

/** One more than a number can hold, and itself only as a string. */
const wide = "9007199254740993";
const seen = () =>
  workspace.requests().map(({ method, path, query, body }) => ({ method, path, query, body }));

const at = (path: string) => `/api/2.2/jobs/${path}`;
const get = (path: string, query: object) => ({ method: "GET", path: at(path), query });
const post = (path: string, body: object) => ({
  method: "POST",
  path: at(path),
  query: {},
  body: JSON.stringify(body),
});
const withTask = (id: string) => ({
  tasks: [{ task_key: "a", sql_task: { ...sqlTask.sql_task, warehouse_id: id } }],
});

/** Why the calls are refused by this policy; undefined for those that are not. */
async function refusals(policy: Record<string, string>, calls: [string, object][]) {
  const strict = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: "local-token-alice",
    ALLOWED_OPERATIONS: "*,destructive",
    ...policy,
  });
  workspace.clearRequests();
  const answers = [];
  for (const [op, params] of calls) answers.push(errorOf(await strict.run(op, params)).error);
  await strict.close();
  return answers;
}

describe("an id beyond 2^53", () => {
  test("of a job keeps its digits in the query, in the body and in the reply", async () => {
    workspace.addFault({ status: 200, body: `{"job_id":${wide},"settings":{"name":"x"}}` });
    expect((await gateway.run("get_job", { job_id: wide })).body.job_id).toBe(wide);
    await gateway.run("delete_job", { job_id: wide });
    expect(seen()).toMatchObject([{ query: { job_id: wide } }, { body: `{"job_id":"${wide}"}` }]);
  });

  test("of a run keeps its digits in lists, too", async () => {
    const run = `{"run_id":${wide},"job_id":7,"tasks":[{"task_key":"a","run_id":${wide}}]}`;
    workspace.addFault({ status: 200, body: `{"runs":[${run}],"has_more":false}` });
    const { runs } = (await gateway.run("list_runs")).body;
    expect(runs).toMatchObject([{ run_id: wide, job_id: "7", tasks: [{ run_id: wide }] }]);
  });
});

test("a run does not name the workspace's host, which Databricks sends as run_page_url", async () => {
  const { run_id } = (await gateway.run("submit_run", { tasks: [sqlTask] })).body;
  const { body } = await gateway.run("get_run", { run_id });
  expect(JSON.stringify(body)).not.toContain(new URL(workspace.url).host);
});

describe("the request for", () => {
  const settings = { name: "x", tasks: [{ ...sqlTask, disable_auto_optimization: true }] };

  // As the SDK documents them, whatever comes back.
  test.each<[string, object, object]>([
    [
      "list_jobs",
      { name: "x", expand_tasks: true, max_results: 5 },
      get("list", { name: "x", expand_tasks: "true", limit: "5" }),
    ],
    ["get_job", { job_id: "1", page_token: "p" }, get("get", { job_id: "1", page_token: "p" })],
    ["create_job", settings, post("create", settings)],
    [
      "update_job",
      { job_id: "1", fields_to_remove: ["tags"] },
      post("update", { fields_to_remove: ["tags"], job_id: "1" }),
    ],
    ["delete_job", { job_id: "1" }, post("delete", { job_id: "1" })],
    [
      "run_job",
      { job_id: "1", job_parameters: { day: "1" }, idempotency_token: "t", only: ["a"] },
      post("run-now", { idempotency_token: "t", job_id: "1", job_parameters: { day: "1" }, only: ["a"] }),
    ],
    [
      "submit_run",
      { run_name: "x", tasks: [sqlTask] },
      post("runs/submit", { run_name: "x", tasks: [sqlTask] }),
    ],
    [
      "list_runs",
      { job_id: "1", active_only: true, start_time_from: 5, max_results: 3, run_type: "JOB_RUN" },
      get("runs/list", {
        job_id: "1",
        active_only: "true",
        start_time_from: "5",
        limit: "3",
        run_type: "JOB_RUN",
      }),
    ],
    [
      "get_run",
      { run_id: "1", include_history: true },
      get("runs/get", { run_id: "1", include_history: "true" }),
    ],
    ["get_run_output", { run_id: "1" }, get("runs/get-output", { run_id: "1" })],
    ["watch_run", { run_id: "1" }, get("runs/get", { run_id: "1" })],
    ["cancel_run", { run_id: "1" }, post("runs/cancel", { run_id: "1" })],
    [
      "repair_run",
      { run_id: "1", rerun_tasks: ["a"], rerun_dependent_tasks: true, latest_repair_id: "2" },
      post("runs/repair", {
        latest_repair_id: "2",
        rerun_dependent_tasks: true,
        rerun_tasks: ["a"],
        run_id: "1",
      }),
    ],
  ])("%s is as Databricks documents it", async (op, params, expected) => {
    workspace.addFault({ status: 403, body: { error_code: "PERMISSION_DENIED" } });
    await gateway.run(op, params);
    expect(seen()).toEqual([expect.objectContaining(expected)]);
  });
});

test("a repetition with the same token returns the same run", async () => {
  const job = await newJob(gateway, { max_concurrent_runs: 5 });
  const start = async (token: string) =>
    (await gateway.run("run_job", { ...job, idempotency_token: token })).body.run_id as string;
  expect(await start("a")).toBe(await start("a"));
  expect(await start("a")).not.toBe(await start("b"));
});

test("a listing goes on after empty pages, and page by page misses nothing", async () => {
  const name = "To be paged";
  const made: string[] = [];
  for (let at = 0; at < 3; at += 1) made.push((await newJob(gateway, { name })).job_id);
  workspace.addFault({ path: "/api/2.2/jobs/list", emptyPages: 1 });
  const found: string[] = [];
  for (
    let page_token: string | undefined, isFirst = true;
    isFirst || page_token !== undefined;
    isFirst = false
  ) {
    const { body } = await gateway.run("list_jobs", { name, max_results: 2, page_token });
    found.push(...body.jobs.map((job: { job_id: string }) => job.job_id));
    page_token = body.next_page_token;
  }
  expect(found).toEqual(made.toReversed());
  expect((await gateway.run("list_jobs", { name: "No such job" })).body).toEqual({ jobs: [] });
});

describe("with ALLOWED_WAREHOUSES", () => {
  const other = "b2c3d4e5f6071829";
  const notebook = {
    tasks: [{ task_key: "n", notebook_task: { notebook_path: "/n", warehouse_id: other } }],
  };

  test("no job is run or written: it could use any warehouse", async () => {
    const calls: [string, object][] = [
      ["run_job", { job_id: "1" }],
      ["repair_run", { run_id: "1", rerun_all_failed_tasks: true }],
      ["create_job", { name: "x" }],
      ["submit_run", withTask(warehouseId)],
    ];
    const answers = await refusals({ ALLOWED_WAREHOUSES: warehouseId }, calls);
    expect(answers).toEqual(
      calls.map(([op]) => expect.stringContaining(`${op} is not allowed here: it can use any warehouse`)),
    );
    expect(workspace.requests()).toEqual([]);
  });

  test("a warehouse deep in a body must be one of them, even where ALLOW_UNCONFINED_SQL lets jobs run", async () => {
    const policy = { ALLOWED_WAREHOUSES: warehouseId, ALLOW_UNCONFINED_SQL: "true" };
    const refused = expect.stringContaining(`the warehouse ${other} is not allowed here`) as string;
    const answers = await refusals(policy, [
      ["submit_run", withTask(other)],
      ["create_job", notebook],
      ["update_job", { job_id: "1", new_settings: withTask(other) }],
      ["submit_run", withTask(warehouseId)],
    ]);
    expect(answers).toEqual([refused, refused, refused, undefined]);
  });

  test("with ALLOWED_CATALOGS no job is run and no run shown, because both can reach any catalog", async () => {
    const calls: [string, object][] = [
      ["run_job", { job_id: "1" }],
      ["get_run_output", { run_id: "1" }],
      ["get_run", { run_id: "1" }],
      ["list_runs", {}],
      ["watch_run", { run_id: "1" }],
      ["list_pipeline_events", { pipeline_id: "5f6c1d2e-3a4b-4c5d-8e6f-70819203a4b5" }],
    ];
    const answers = await refusals({ ALLOWED_CATALOGS: "main" }, [...calls, ["list_jobs", {}]]);
    expect(answers).toEqual([
      ...calls.map(([op]) => expect.stringContaining(`${op} is not allowed here: it can name any catalog`)),
      undefined,
    ]);
  });
});
