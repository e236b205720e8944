import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleJob, jobId, jobSettingsParams, settingsBytesMax } from "./job.ts";

export const updateJob = defineOperation({
  name: "update_job",
  domain: "jobs",
  since: "0.1.0",
  summary: "Changes some of a job's settings.",
  description:
    "A setting that is given replaces the whole setting, except that tasks and job clusters are merged by their keys: those that are not given stay. Runs that have begun go on as they were.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "patch", path: "/api/jobs/:job_id", bodyBytesMax: settingsBytesMax },
  reachesAnyData: true,
  usesAnyWarehouse: true,
  target: targets.resource("job"),
  params: z.strictObject({
    job_id: jobId,
    new_settings: z
      .strictObject(jobSettingsParams)
      .optional()
      .describe("The settings to change.")
      .meta({ id: "JobSettingsParam" }),
    fields_to_remove: z
      .array(z.string().min(1).max(200))
      .max(1000)
      .optional()
      .describe("Settings to remove, by name. One task or job cluster: `tasks/<task_key>`."),
  }),
  result: z.object({}).meta({ id: "UpdatedJob" }),
  examples: [{ params: { job_id: exampleJob.job_id, new_settings: { max_concurrent_runs: 2 } }, result: {} }],
});
