import { warehouseId } from "../sql-under-test.ts";

/** Runs an operation as somebody who may do everything. */
export interface Maker {
  // The tests look into replies of every shape; what they find there they assert.
  // oxlint-disable-next-line typescript/no-explicit-any
  run(op: string, params: object): Promise<{ readonly body: any }>;
}

const file = { path: "/Volumes/main/default/files/none.sql" };
export const sqlTask = { task_key: "one", sql_task: { warehouse_id: warehouseId, file } };

export async function newJob(maker: Maker, settings: object = {}): Promise<{ job_id: string }> {
  const { body } = await maker.run("create_job", { name: "Made by a test", tasks: [sqlTask], ...settings });
  return { job_id: body.job_id as string };
}

/** A run that has not begun. */
export async function pendingRun(maker: Maker): Promise<{ run_id: string }> {
  return { run_id: (await maker.run("submit_run", { tasks: [sqlTask] })).body.run_id as string };
}

/** A run that has ended: its job allows none at a time. */
export async function skippedRun(maker: Maker): Promise<{ run_id: string }> {
  const job = await newJob(maker, { max_concurrent_runs: 0 });
  return { run_id: (await maker.run("run_job", job)).body.run_id as string };
}

/** A run that can be repaired. */
export async function canceledRun(maker: Maker): Promise<{ run_id: string }> {
  const run = await pendingRun(maker);
  await maker.run("cancel_run", run);
  for (let state = ""; state !== "TERMINATED"; ) {
    state = (await maker.run("get_run", run)).body.status.state;
  }
  return run;
}

/** A task's run that has an output. */
export async function endedTask(maker: Maker): Promise<{ run_id: string }> {
  const { tasks } = (await maker.run("get_run", await canceledRun(maker))).body;
  return { run_id: tasks[0].run_id as string };
}
