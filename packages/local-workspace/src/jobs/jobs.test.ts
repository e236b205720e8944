import { expect, test } from "vitest";
import { endless, withEndlessStatements } from "../../test/endless-statement.ts";
import { BOB, startForTest, type UnderTest } from "../../test/under-test.ts";

const JOBS = "/api/2.2/jobs";
const WAREHOUSE = "a1b2c3d4e5f60718";
const FOLDER = "/api/2.0/fs/files/Volumes/main/default/files";

type Call = UnderTest["call"];

/** A workspace whose clock is held, and the calls of a client that runs SQL files. */
async function startJobs(dir?: string) {
  const {
    workspace,
    call,
    dir: folder,
  } = await startForTest({
    holdClock: true,
    sqlEngine: withEndlessStatements,
    ...(dir ? { dir } : {}),
  });
  const ask = async (method: string, path: string, body?: object, token?: string) => {
    const answer = await call(method, `${JOBS}/${path}`, { body, ...(token ? { token } : {}) });
    return { ...answer.json, httpStatus: answer.status };
  };
  const run = (id: number) => ask("GET", `runs/get?run_id=${id}&include_history=true`);
  const ended = async (id: number) => {
    const state = async () => {
      // A task that is tried again waits for its time each time.
      workspace.stepClock(3_600_000);
      return (await run(id)).status.state;
    };
    await expect.poll(state, { timeout: 60_000 }).toBe("TERMINATED");
    return run(id);
  };
  return { workspace, call, ask, run, ended, dir: folder };
}

/** A task that runs this text. */
async function sqlTask(call: Call, key: string, sql: string, more: object = {}) {
  await call("PUT", `${FOLDER}/${key}.sql`, { body: sql });
  const file = { path: `/Volumes/main/default/files/${key}.sql` };
  return { task_key: key, sql_task: { warehouse_id: WAREHOUSE, file }, ...more };
}

const after = (...keys: string[]) => ({ depends_on: keys.map((task_key) => ({ task_key })) });
const resultsOf = (run: { tasks: { task_key: string; state: { result_state: string } }[] }) =>
  Object.fromEntries(run.tasks.map(({ task_key: key, state }) => [key, state.result_state]));

test("the seeded job runs its two SQL tasks on the engine, one after the other", async () => {
  const { workspace, ask, run, ended } = await startJobs();
  const [job] = (await ask("GET", "list?expand_tasks=true")).jobs;
  expect(job.settings.tasks).toHaveLength(2);
  const { run_id: id } = await ask("POST", "run-now", {
    job_id: job.job_id,
    job_parameters: { busiest: "3" },
  });

  expect(await run(id)).toMatchObject({
    state: { life_cycle_state: "PENDING" },
    status: { state: "PENDING" },
    tasks: [{ state: { life_cycle_state: "PENDING" } }, { state: { life_cycle_state: "BLOCKED" } }],
  });
  const done = await ended(id);
  expect(done).toMatchObject({
    state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS" },
    status: { state: "TERMINATED", termination_details: { code: "SUCCESS", type: "SUCCESS" } },
    job_parameters: [{ name: "busiest", default: "10", value: "3" }],
  });
  expect(resultsOf(done)).toEqual({ count_trips: "SUCCESS", find_busiest: "SUCCESS" });
  expect(workspace.statements().map(({ principal, state }) => [principal, state])).toEqual([
    ["alice@example.com", "succeeded"],
    ["alice@example.com", "succeeded"],
  ]);
  const output = await ask("GET", `runs/get-output?run_id=${done.tasks[1].run_id}`);
  expect(output.sql_output.query_output).toMatchObject({
    query_text: expect.stringContaining(":busiest"),
    sql_statements: [{ lookup_key: workspace.statements()[1]?.id }],
  });
  expect((await ask("GET", `runs/get-output?run_id=${id}`)).message).toContain(
    "multiple tasks is not supported",
  );
});

test("a task that fails takes those after it with it, and a repair runs them again under the same run", async () => {
  const { call, ask, ended } = await startJobs();
  const tasks = [
    await sqlTask(call, "first", "SELECT 1"),
    await sqlTask(call, "second", "SELECT * FROM main.default.later", after("first")),
    await sqlTask(call, "third", "SELECT 3", after("second")),
    await sqlTask(call, "rescue", "SELECT 4", { ...after("second"), run_if: "AT_LEAST_ONE_FAILED" }),
  ];
  const { run_id: id } = await ask("POST", "runs/submit", { run_name: "once", tasks });
  const failed = await ended(id);
  expect(failed.state).toMatchObject({
    life_cycle_state: "INTERNAL_ERROR",
    result_state: "FAILED",
    state_message: expect.stringMatching(
      /^Task second failed with message: .*later.* downstream tasks to get skipped\.$/s,
    ),
  });
  expect(resultsOf(failed)).toEqual({
    first: "SUCCESS",
    second: "FAILED",
    third: "UPSTREAM_FAILED",
    rescue: "SUCCESS",
  });
  const before = failed.tasks.map((task: { run_id: number }) => task.run_id);
  expect((await ask("GET", `runs/get-output?run_id=${before[1]}`)).error).toContain(
    "TABLE_OR_VIEW_NOT_FOUND",
  );

  await sqlTask(call, "second", "SELECT 2");
  const asked = { run_id: id, rerun_all_failed_tasks: true };
  const { repair_id } = await ask("POST", "runs/repair", asked);
  expect((await ask("POST", "runs/repair", asked)).error_code).toBe("INVALID_STATE");
  const repaired = await ended(id);
  expect(resultsOf(repaired)).toMatchObject({ first: "SUCCESS", second: "SUCCESS", third: "SUCCESS" });
  const again = repaired.tasks.map((task: { run_id: number }) => task.run_id);
  expect([again[0] === before[0], again[1] === before[1]]).toEqual([true, false]);
  expect(repaired.repair_history).toMatchObject([
    { type: "ORIGINAL", state: { result_state: "FAILED" } },
    { type: "REPAIR", id: repair_id, task_run_ids: [again[1], again[2]] },
  ]);
  expect((await ask("POST", "runs/repair", { run_id: id, rerun_tasks: ["first"] })).message).toContain(
    `latest_repair_id must be ${repair_id}`,
  );
});

test("a notebook task fails and says why, after its retries", async () => {
  const { ask, ended } = await startJobs();
  const task = { task_key: "n", notebook_task: { notebook_path: "/Shared/n" }, max_retries: 2 };
  const { run_id: id } = await ask("POST", "runs/submit", { tasks: [task] });
  const { tasks } = await ended(id);
  expect(tasks[0]).toMatchObject({
    attempt_number: 2,
    state: { result_state: "FAILED", state_message: "the local workspace runs no notebooks" },
  });
});

test("the same idempotency token starts one run", async () => {
  const { call, ask } = await startJobs();
  const body = { tasks: [await sqlTask(call, "one", "SELECT 1")], idempotency_token: "mine" };
  const [first, second] = [await ask("POST", "runs/submit", body), await ask("POST", "runs/submit", body)];
  expect(second.run_id).toBe(first.run_id);
  expect((await ask("GET", "runs/list")).runs).toHaveLength(1);
  const other = await ask("POST", "runs/submit", { ...body, idempotency_token: "another" });
  expect(other.run_id).not.toBe(first.run_id);
});

test("a run is canceled while it is pending, and a running statement is interrupted", async () => {
  const { workspace, call, ask, ended } = await startJobs();
  const tasks = [await sqlTask(call, "long", endless)];
  const pending = await ask("POST", "runs/submit", { tasks });
  await ask("POST", "runs/cancel", { run_id: pending.run_id });
  expect(await ended(pending.run_id)).toMatchObject({
    state: { life_cycle_state: "TERMINATED", result_state: "CANCELED", user_cancelled_or_timedout: true },
    status: { termination_details: { code: "USER_CANCELED" } },
  });
  expect(workspace.statements()).toEqual([]);

  const running = await ask("POST", "runs/submit", { tasks });
  workspace.stepClock(5_000);
  await expect.poll(() => workspace.statements().length, { timeout: 60_000 }).toBe(1);
  await ask("POST", "runs/cancel", { run_id: running.run_id });
  expect((await ended(running.run_id)).state.result_state).toBe("CANCELED");
  expect(workspace.statements()).toMatchObject([{ state: "canceled", cancelRequested: true }]);
});

test("a run that takes longer than its time limit is timed out", async () => {
  const { workspace, call, ask, ended } = await startJobs();
  const tasks = [await sqlTask(call, "long", endless, { timeout_seconds: 60 })];
  const { run_id: id } = await ask("POST", "runs/submit", { tasks });
  workspace.stepClock(5_000);
  await expect.poll(() => workspace.statements().length, { timeout: 60_000 }).toBe(1);
  expect(resultsOf(await ended(id))).toEqual({ long: "TIMEDOUT" });
});

test("a job has as many runs at a time as it allows: another one is skipped, or waits in its queue", async () => {
  const { call, ask, run, ended } = await startJobs();
  const settings = { name: "one at a time", tasks: [await sqlTask(call, "t", "SELECT 1")] };
  const { job_id } = await ask("POST", "create", settings);
  const first = await ask("POST", "run-now", { job_id });
  const skipped = await ask("POST", "run-now", { job_id });
  expect((await run(skipped.run_id)).state).toMatchObject({
    life_cycle_state: "SKIPPED",
    result_state: "MAXIMUM_CONCURRENT_RUNS_REACHED",
  });
  const queued = await ask("POST", "run-now", { job_id, queue: { enabled: true } });
  expect((await run(queued.run_id)).state.life_cycle_state).toBe("QUEUED");
  await ended(first.run_id);
  expect((await ended(queued.run_id)).state.result_state).toBe("SUCCESS");
});

test("a job is created, changed and deleted, by its owner and admins alone", async () => {
  const { call, ask } = await startJobs();
  const two = [await sqlTask(call, "a", "SELECT 1"), await sqlTask(call, "b", "SELECT 2", after("a"))];
  const { job_id } = await ask("POST", "create", { name: "Mine", tasks: two, tags: { team: "x" } });
  const get = (token?: string) => ask("GET", `get?job_id=${job_id}`, undefined, token);

  expect(await get(BOB)).toMatchObject({
    httpStatus: 403,
    message: `User bob@example.com does not have Admin or Manage Run or Owner or View permissions on job ${job_id}.`,
  });
  const changes = { name: "Ours", tasks: [{ ...two[1], run_if: "ALL_DONE" }] };
  await ask("POST", "update", { job_id: String(job_id), new_settings: changes, fields_to_remove: ["tags"] });
  const { settings, run_as_user_name: runAs } = await get();
  expect([settings.name, settings.tags, runAs]).toEqual(["Ours", undefined, "alice@example.com"]);
  expect(settings.tasks).toMatchObject([{ task_key: "a" }, { task_key: "b", run_if: "ALL_DONE" }]);
  const cycle = { tasks: [{ ...two[0], ...after("b") }] };
  expect((await ask("POST", "update", { job_id, new_settings: cycle })).message).toContain(
    "depends on itself",
  );

  expect((await ask("POST", "delete", { job_id }, BOB)).httpStatus).toBe(403);
  expect((await ask("POST", "delete", { job_id })).httpStatus).toBe(200);
  expect(await get()).toMatchObject({
    httpStatus: 400,
    error_code: "INVALID_PARAMETER_VALUE",
    message: `Job ${job_id} does not exist.`,
  });
});

test("a job runs as its owner, whose rights its SQL has", async () => {
  const { call, ask, ended } = await startJobs();
  await sqlTask(call, "secret", "SELECT * FROM finance.ledger.entries");
  const task = { warehouse_id: WAREHOUSE, file: { path: "/Volumes/main/default/files/secret.sql" } };
  const body = { tasks: [{ task_key: "secret", sql_task: task }] };
  const [bobs, alices] = [
    await ask("POST", "runs/submit", body, BOB),
    await ask("POST", "runs/submit", body),
  ];
  expect((await ended(bobs.run_id)).state.result_state).toBe("FAILED");
  expect((await ended(alices.run_id)).state.result_state).toBe("SUCCESS");
  const runAs = { name: "x", run_as: { user_name: "alice@example.com" } };
  expect((await ask("POST", "create", runAs, BOB)).httpStatus).toBe(403);
});

test("a SQL task runs a file of the workspace or a saved query, if its owner may see it", async () => {
  const { call, ask, ended } = await startJobs();
  const path = "/Workspace/Users/alice@example.com/count.sql";
  const content = Buffer.from("SELECT count(*) AS n FROM samples.nyctaxi.trips").toString("base64");
  await call("POST", "/api/2.0/workspace/import", { body: { path, content, format: "RAW" } });
  const [query] = (await call("GET", "/api/2.0/sql/queries")).json.results;
  const tasks = [
    { task_key: "file", sql_task: { warehouse_id: WAREHOUSE, file: { path, source: "WORKSPACE" } } },
    { task_key: "query", sql_task: { warehouse_id: WAREHOUSE, query: { query_id: query.id } } },
    { task_key: "none", sql_task: { warehouse_id: WAREHOUSE, query: { query_id: "none" } } },
  ];
  const { run_id: id } = await ask("POST", "runs/submit", { tasks });
  expect(resultsOf(await ended(id))).toEqual({ file: "SUCCESS", query: "SUCCESS", none: "FAILED" });
  const bobs = await ask("POST", "runs/submit", { tasks: tasks.slice(0, 1) }, BOB);
  expect((await ended(bobs.run_id)).state.state_message).toContain("does not have Read permissions");
});

test("jobs and runs are listed page by page, the newest first, and only to those who may see them", async () => {
  const { call, ask } = await startJobs();
  const ids: number[] = [];
  for (let at = 0; at < 5; at += 1) ids.push((await ask("POST", "create", { name: `job ${at % 2}` })).job_id);
  const seen: number[] = [];
  for (let token: string | undefined = ""; token !== undefined; ) {
    const page = await ask("GET", `list?limit=2${token && `&page_token=${token}`}`);
    seen.push(...page.jobs.map((job: { job_id: number }) => job.job_id));
    token = page.next_page_token;
  }
  // The last one is of the seed.
  expect(seen.slice(0, 5)).toEqual(ids.toReversed());
  expect((await ask("GET", "list?name=JOB%201")).jobs).toHaveLength(2);
  expect(await ask("GET", "list", undefined, BOB)).toEqual({ has_more: false, httpStatus: 200 });
  await ask("POST", "runs/submit", { tasks: [await sqlTask(call, "x", "SELECT 1")] });
  expect((await ask("GET", "runs/list?active_only=true")).runs).toHaveLength(1);
  expect((await ask("GET", "runs/list?completed_only=true")).runs).toBeUndefined();
  expect((await ask("GET", "runs/list", undefined, BOB)).runs).toBeUndefined();
});

test("jobs and runs outlive the workspace, and a run that was under way has failed", async () => {
  const first = await startJobs();
  const tasks = [await sqlTask(first.call, "t", "SELECT 1")];
  const { run_id: id } = await first.ask("POST", "runs/submit", { tasks });
  await first.workspace.close();
  const { run } = await startJobs(first.dir);
  expect((await run(id)).state).toMatchObject({
    result_state: "FAILED",
    state_message: "The local workspace was stopped while it ran.",
  });
});

test("settings that JSON nests by thousands are refused, and the jobs stay as they were", async () => {
  const { call, ask } = await startJobs();
  const before = await ask("GET", "list?expand_tasks=true");
  for (const depth of [100, 5_000, 1_000_000]) {
    const answer = await call("POST", `${JOBS}/create`, {
      body: `{"name":"deep","x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
    });
    expect([answer.status, answer.json.error_code]).toEqual([400, "MALFORMED_REQUEST"]);
  }
  expect(await ask("GET", "list?expand_tasks=true")).toEqual(before);
  const brackets = "[".repeat(1_000);
  expect(await ask("POST", "create", { name: `"${brackets}\\`, x: [[[brackets]]] })).toMatchObject({
    httpStatus: 200,
  });
});

test.each([{ tasks: [null] }, { tasks: "none" }, { job_clusters: [1] }])(
  "an update by %j returns 400",
  async (new_settings) => {
    const { ask } = await startJobs();
    const { job_id } = await ask("POST", "create", { name: "j" });
    expect(await ask("POST", "update", { job_id, new_settings })).toMatchObject({ httpStatus: 400 });
    expect(await ask("GET", `get?job_id=${job_id}`)).toMatchObject({ settings: { name: "j" } });
  },
);

test("a setting with the name of what every object has is kept as it is", async () => {
  const { ask } = await startJobs();
  const { job_id } = await ask("POST", "create", { name: "j" });
  await ask("POST", "update", { job_id, new_settings: { constructor: "c", toString: "t" } });
  expect((await ask("GET", `get?job_id=${job_id}`)).settings).toMatchObject({
    constructor: "c",
    toString: "t",
  });
});
