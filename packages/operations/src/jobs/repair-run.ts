import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { int64Id, int64IdParam } from "../int64-id.ts";
import { targets } from "../target.ts";
import { exampleRun, jobParameters, runId } from "./run.ts";

export const repairRun = defineOperation({
  name: "repair_run",
  domain: "jobs",
  since: "0.1.0",
  summary: "Runs tasks of a run that has ended again, and returns before they have ended.",
  description: "The run goes on under its own id, with the tasks and the settings that the job has now.",
  kind: "mutation",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/jobs/runs/:run_id/repair", status: 202 },
  reachesAnyData: true,
  usesAnyWarehouse: true,
  target: targets.resource("run"),
  params: z.strictObject({
    run_id: runId,
    rerun_tasks: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(1000)
      .optional()
      .describe("The tasks to run again, by their keys."),
    rerun_all_failed_tasks: z
      .boolean()
      .optional()
      .describe("Runs every task again that failed. Not together with `rerun_tasks`."),
    rerun_dependent_tasks: z
      .boolean()
      .optional()
      .describe("Whether tasks that depend on those run again too, although they succeeded."),
    latest_repair_id: int64IdParam("a repair")
      .optional()
      .describe("The id of the latest repair. Required from the second repair on."),
    job_parameters: jobParameters.describe("Other values of the job's parameters."),
  }),
  result: z.object({ repair_id: int64Id.describe("The id of the repair.") }).meta({ id: "StartedRepair" }),
  examples: [
    {
      params: { run_id: exampleRun.run_id, rerun_all_failed_tasks: true },
      result: { repair_id: "734650698524280" },
    },
  ],
});
