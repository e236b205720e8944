import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { int64Id } from "../int64-id.ts";
import { targets } from "../target.ts";
import { exampleJob, jobId } from "./job.ts";
import { exampleRun, idempotencyToken, jobParameters } from "./run.ts";

export const runJob = defineOperation({
  name: "run_job",
  domain: "jobs",
  since: "0.1.0",
  summary: "Starts a run of a job, and returns its id.",
  description:
    "`GET /api/jobs/runs/{run_id}` has its state, and `GET /api/jobs/runs/{run_id}/events` watches it until it ends. It runs as the identity that the job says, whoever starts it.",
  kind: "mutation",
  idempotent: ({ idempotency_token: token }) => token !== undefined,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/jobs/:job_id/run", status: 202 },
  reachesAnyData: true,
  usesAnyWarehouse: true,
  target: targets.resource("job"),
  params: z.strictObject({
    job_id: jobId,
    job_parameters: jobParameters.describe("Values of the job's parameters. Default: those in the job."),
    only: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(1000)
      .optional()
      .describe("Runs only these tasks, by their keys."),
    idempotency_token: idempotencyToken,
  }),
  result: z.object({ run_id: int64Id.describe("The id of the run.") }).meta({ id: "StartedRun" }),
  examples: [
    {
      params: { job_id: exampleJob.job_id, job_parameters: { day: "2026-11-28" } },
      result: { run_id: exampleRun.run_id },
    },
  ],
});
