import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleRun, runId } from "./run.ts";

export const cancelRun = defineOperation({
  name: "cancel_run",
  domain: "jobs",
  since: "0.1.0",
  summary: "Cancels a run, and returns before it has ended. A run that has ended does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/jobs/runs/:run_id/cancel", status: 202 },
  target: targets.resource("run"),
  params: z.strictObject({ run_id: runId }),
  result: z.object({}).meta({ id: "CancelledRun" }),
  examples: [{ params: { run_id: exampleRun.run_id }, result: {} }],
});
