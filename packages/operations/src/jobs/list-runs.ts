import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import type { Target } from "../target.ts";
import { exampleJob, jobId } from "./job.ts";
import { exampleRun, runFields } from "./run.ts";

export const listRuns = defineOperation({
  name: "list_runs",
  domain: "jobs",
  since: "0.1.0",
  summary: "Lists the runs that the identity may see, or those of one job, the newest first.",
  description: "Databricks keeps a run for 60 days.",
  kind: "query",
  errors: [],
  // Why a task failed can quote what it has read.
  reachesAnyData: true,
  route: { method: "get", path: "/api/jobs/runs" },
  target: ({ job_id: id }): Target =>
    id === undefined ? { kind: "nothing" } : { kind: "resource", type: "job", id },
  params: z.strictObject({
    job_id: jobId.optional().describe("Only runs of this job."),
    active_only: z.boolean().optional().describe("Only runs that have not ended."),
    completed_only: z.boolean().optional().describe("Only runs that have ended."),
    run_type: z
      .enum(["JOB_RUN", "SUBMIT_RUN", "WORKFLOW_RUN"])
      .optional()
      .describe("Only runs of this kind: of a job, submitted ones, or those that a notebook started."),
    start_time_from: z
      .int()
      .min(0)
      .optional()
      .describe("Only runs that began then or later, in milliseconds since 1970."),
    start_time_to: z
      .int()
      .min(0)
      .optional()
      .describe("Only runs that began then or earlier, in milliseconds since 1970."),
    expand_tasks: z.boolean().optional().describe("Whether each run has its tasks, at most 100."),
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(24)
      .optional()
      .describe("The most runs in the page, 1 to 24. Default: 20."),
  }),
  result: pageOf("RunPage", {
    runs: z
      .array(z.object(runFields).meta({ id: "ListedRun" }))
      .default([])
      .describe("The runs of this page."),
  }),
  examples: [{ params: { job_id: exampleJob.job_id, active_only: true }, result: { runs: [exampleRun] } }],
});
