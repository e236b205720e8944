import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { nextPageToken, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { exampleJob, jobFields, jobId } from "./job.ts";

export const getJob = defineOperation({
  name: "get_job",
  domain: "jobs",
  since: "0.1.0",
  summary: "Gets a job, with its tasks.",
  description: "A reply has at most 100 tasks; `next_page_token` gets the next ones.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/jobs/:job_id" },
  target: targets.resource("job"),
  params: z.strictObject({ job_id: jobId, page_token: pageParams.page_token }),
  result: z
    .object({
      ...jobFields,
      run_as_user_name: z.string().optional().describe("As whom it runs."),
      next_page_token: nextPageToken,
    })
    .meta({ id: "Job" }),
  examples: [{ params: { job_id: exampleJob.job_id }, result: exampleJob }],
});
