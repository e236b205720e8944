import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleJob, jobId } from "./job.ts";

export const deleteJob = defineOperation({
  name: "delete_job",
  domain: "jobs",
  since: "0.1.0",
  summary: "Deletes a job.",
  kind: "destructive",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/jobs/:job_id" },
  target: targets.resource("job"),
  params: z.strictObject({ job_id: jobId }),
  result: z.object({}),
  examples: [{ params: { job_id: exampleJob.job_id }, result: {} }],
});
