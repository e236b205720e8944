import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { int64Id } from "../int64-id.ts";
import { targets } from "../target.ts";
import { runSettingsParams, settingsBytesMax, tasksParam } from "./job.ts";
import { exampleRun, idempotencyToken } from "./run.ts";
import { exampleTask } from "./task.ts";

export const submitRun = defineOperation({
  name: "submit_run",
  domain: "jobs",
  since: "0.1.0",
  summary: "Runs tasks once, without a job, and returns the run's id.",
  description:
    "`GET /api/jobs/runs/{run_id}` has its state, and `GET /api/jobs/runs/{run_id}/events` watches it until it ends. Permissions, and another identity to run as, cannot be set here.",
  kind: "mutation",
  idempotent: ({ idempotency_token: token }) => token !== undefined,
  errors: [],
  route: { method: "post", path: "/api/jobs/runs", status: 202, bodyBytesMax: settingsBytesMax },
  reachesAnyData: true,
  usesAnyWarehouse: true,
  target: targets.nothing,
  params: z.strictObject({
    run_name: z.string().max(4096).optional().describe("Its name. Default: `Untitled`."),
    tasks: tasksParam.describe("What it does."),
    timeout_seconds: z.int().min(0).optional().describe("Ends it after this time. 0: no limit."),
    idempotency_token: idempotencyToken,
    ...runSettingsParams,
  }),
  result: z.object({ run_id: int64Id.describe("The id of the run.") }).meta({ id: "SubmittedRun" }),
  examples: [
    { params: { run_name: "Totals, once", tasks: [exampleTask] }, result: { run_id: exampleRun.run_id } },
  ],
});
