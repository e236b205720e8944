import { expect, vi } from "vitest";
import type { FailingRequest, RouteRequest } from "./route-request.ts";
import type { Stack } from "./start-stack.ts";

const task = {
  task_key: "one",
  sql_task: { warehouse_id: "a1b2c3d4e5f60718", file: { path: "/Volumes/main/default/files/none.sql" } },
};
const pipeline = "/api/pipelines/5f6c1d2e-3a4b-4c5d-8e6f-70819203a4b5";

async function newJob(stack: Stack): Promise<string> {
  const { json } = await stack.call("POST", "/api/jobs", { json: { name: "To be changed", tasks: [task] } });
  return `/api/jobs/${json.job_id}`;
}

async function newRun(stack: Stack): Promise<string> {
  const { json } = await stack.call("POST", "/api/jobs/runs", { json: { tasks: [task] } });
  return `/api/jobs/runs/${json.run_id}`;
}

/** A run that was canceled, and has ended. */
async function endedRun(stack: Stack): Promise<string> {
  const run = await newRun(stack);
  await stack.call("POST", `${run}/cancel`);
  await vi.waitFor(
    async () => expect((await stack.call("GET", run)).json.status.state).toBe("TERMINATED"),
    60_000,
  );
  return run;
}

async function idlePipeline(stack: Stack): Promise<string> {
  await stack.call("POST", `${pipeline}/stop`);
  await vi.waitFor(async () => expect((await stack.call("GET", pipeline)).json.state).toBe("IDLE"), 60_000);
  return pipeline;
}

/** The requests for jobs, clusters and pipelines that succeed and are not simply the example of the definition. */
export const jobsRequests: Readonly<Record<string, (stack: Stack) => Promise<RouteRequest>>> = {
  update_job: async (stack) => ({ path: await newJob(stack), json: { new_settings: { name: "Changed" } } }),
  delete_job: async (stack) => ({ path: await newJob(stack) }),
  get_run: async (stack) => ({ path: await newRun(stack) }),
  get_run_output: async (stack) => ({ path: `${await endedRun(stack)}/output` }),
  watch_run: async (stack) => ({ path: `${await endedRun(stack)}/events` }),
  cancel_run: async (stack) => ({ path: `${await newRun(stack)}/cancel` }),
  repair_run: async (stack) => ({
    path: `${await endedRun(stack)}/repair`,
    json: { rerun_all_failed_tasks: true },
  }),
  start_pipeline_update: async (stack) => ({ path: `${await idlePipeline(stack)}/updates`, json: {} }),
};

const noJob = "/api/jobs/1";
const noRun = "/api/jobs/runs/1";
const noCluster = "/api/clusters/0101-000000-nowhere";
const noPipeline = "/api/pipelines/00000000-0000-4000-8000-000000000000";
const missing = (path: string, json?: object): FailingRequest[] => [
  { code: "RESOURCE_DOES_NOT_EXIST", request: { path, ...(json === undefined ? {} : { json }) } },
];

/** The errors of these routes that are not those of every route, or of every operation. */
export const jobsErrors: Readonly<Record<string, readonly FailingRequest[]>> = {
  get_job: missing(noJob),
  update_job: missing(noJob, { new_settings: { name: "x" } }),
  delete_job: missing(noJob),
  run_job: missing(`${noJob}/run`, {}),
  get_run: missing(noRun),
  get_run_output: missing(`${noRun}/output`),
  watch_run: missing(`${noRun}/events`),
  cancel_run: missing(`${noRun}/cancel`),
  repair_run: missing(`${noRun}/repair`, { rerun_all_failed_tasks: true }),
  get_cluster: missing(noCluster),
  start_cluster: missing(`${noCluster}/start`),
  stop_cluster: missing(`${noCluster}/stop`),
  list_cluster_events: missing(`${noCluster}/events`),
  get_pipeline: missing(noPipeline),
  start_pipeline_update: [
    ...missing(`${noPipeline}/updates`, {}),
    {
      code: "RESOURCE_CONFLICT",
      prepare: async (stack) => {
        const path = `${await idlePipeline(stack)}/updates`;
        await stack.call("POST", path, { json: {} });
        return { path, json: {} };
      },
    },
  ],
  stop_pipeline: missing(`${noPipeline}/stop`),
  list_pipeline_updates: missing(`${noPipeline}/updates`),
  list_pipeline_events: missing(`${noPipeline}/events`),
};
