import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { queryText } from "../query-text.ts";
import { targets } from "../target.ts";
import { exampleJob, jobFields } from "./job.ts";

export const listJobs = defineOperation({
  name: "list_jobs",
  domain: "jobs",
  since: "0.1.0",
  summary: "Lists the jobs that the identity may see.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/jobs" },
  target: targets.nothing,
  params: z.strictObject({
    name: queryText(4096).optional().describe("Only jobs of this name, whatever its case."),
    expand_tasks: z.boolean().optional().describe("Whether each job has its tasks, at most 100."),
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(100)
      .optional()
      .describe("The most jobs in the page, 1 to 100. Default: 20."),
  }),
  result: pageOf("JobPage", {
    jobs: z
      .array(z.object(jobFields).meta({ id: "ListedJob" }))
      .default([])
      .describe("The jobs of this page."),
  }),
  examples: [{ params: { expand_tasks: true }, result: { jobs: [exampleJob] } }],
});
