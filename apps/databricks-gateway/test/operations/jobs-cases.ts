import { expect } from "vitest";
import { canceledRun, endedTask, newJob, pendingRun, skippedRun, sqlTask } from "./make-jobs.ts";
import type { OperationCase } from "./operation-case.ts";

const missingCode = "RESOURCE_DOES_NOT_EXIST";
const id = expect.stringMatching(/^\d{12}$/) as string;
const seededJob = "620093400213";

export const jobsCases = {
  list_jobs: {
    params: () => ({ name: "trips by zip code" }),
    expected: { jobs: [{ job_id: seededJob, settings: { name: "Trips by zip code" } }] },
    bad: { max_results: 101 },
    field: "max_results",
  },
  get_job: {
    params: () => ({ job_id: seededJob }),
    expected: {
      job_id: seededJob,
      run_as_user_name: "alice@example.com",
      settings: { tasks: [{ task_key: "count_trips" }, { depends_on: [{ task_key: "count_trips" }] }] },
    },
    bad: { job_id: "../get" },
    field: "job_id",
    missing: { job_id: "9007199254740993" },
    missingCode,
    forbidden: { job_id: seededJob },
  },
  create_job: {
    params: () => ({ name: "Created", tasks: [sqlTask], tags: { team: "x" } }),
    expected: { job_id: id },
    bad: { name: "x", run_as: { user_name: "alice@example.com" } },
    field: "run_as",
  },
  update_job: {
    params: async (gateway) => ({ ...(await newJob(gateway)), new_settings: { max_concurrent_runs: 3 } }),
    expected: {},
    bad: { job_id: seededJob, new_settings: { tasks: [{ description: "x" }] } },
    field: "new_settings.tasks.0.task_key",
    missing: { job_id: "1" },
    missingCode,
    forbidden: { job_id: seededJob, new_settings: { name: "Bob's" } },
  },
  delete_job: {
    params: (gateway) => newJob(gateway),
    expected: {},
    bad: { job_id: "-1" },
    field: "job_id",
    missing: { job_id: "1" },
    missingCode,
    forbidden: { job_id: seededJob },
  },
  run_job: {
    params: (gateway) => newJob(gateway),
    expected: { run_id: id },
    bad: { job_id: seededJob, only: [] },
    field: "only",
    missing: { job_id: "1" },
    missingCode,
    forbidden: { job_id: seededJob },
  },
  submit_run: {
    params: () => ({ run_name: "Once", tasks: [sqlTask] }),
    expected: { run_id: id },
    bad: { tasks: [{ task_key: "j", run_job_task: { job_id: 2 ** 53 } }] },
    field: "tasks.0.run_job_task.job_id",
  },
  list_runs: {
    params: async (gateway) => {
      const job = await newJob(gateway);
      await gateway.run("run_job", job);
      return job;
    },
    expected: { runs: [{ run_id: id, run_type: "JOB_RUN", state: { life_cycle_state: "PENDING" } }] },
    bad: { max_results: 25 },
    field: "max_results",
  },
  get_run: {
    params: pendingRun,
    expected: {
      run_id: id,
      creator_user_name: "alice@example.com",
      state: { life_cycle_state: "PENDING" },
      status: { state: "PENDING" },
      tasks: [{ task_key: "one", run_id: id, attempt_number: 0 }],
    },
    bad: { run_id: "7e3" },
    field: "run_id",
    missing: { run_id: "1" },
    missingCode,
    forbidden: pendingRun,
  },
  get_run_output: {
    params: endedTask,
    expected: { error: "Run cancelled.", metadata: { state: { result_state: "CANCELED" } } },
    bad: {},
    field: "run_id",
    missing: { run_id: "1" },
    missingCode,
    forbidden: endedTask,
  },
  watch_run: {
    params: skippedRun,
    expected:
      /^\{"run":\{"run_id":"\d+",.*"result_state":"MAXIMUM_CONCURRENT_RUNS_REACHED".*\n\{"complete":true,"line_count":1\}\n$/,
    bad: { run_id: "" },
    field: "run_id",
    missing: { run_id: "1" },
    missingCode,
    forbidden: pendingRun,
  },
  cancel_run: {
    params: pendingRun,
    expected: {},
    bad: { run_id: "x" },
    field: "run_id",
    missing: { run_id: "1" },
    missingCode,
    forbidden: pendingRun,
  },
  repair_run: {
    params: async (gateway) => ({ ...(await canceledRun(gateway)), rerun_all_failed_tasks: true }),
    expected: { repair_id: id },
    bad: { run_id: "1", rerun_tasks: "all" },
    field: "rerun_tasks",
    missing: { run_id: "1", rerun_all_failed_tasks: true },
    missingCode,
    forbidden: async (gateway) => ({ ...(await canceledRun(gateway)), rerun_all_failed_tasks: true }),
  },
} satisfies Record<string, OperationCase>;
