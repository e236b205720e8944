import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { int64Id } from "../int64-id.ts";
import { targets } from "../target.ts";
import { exampleJob, jobSettingsParams, settingsBytesMax } from "./job.ts";

export const createJob = defineOperation({
  name: "create_job",
  domain: "jobs",
  since: "0.1.0",
  summary: "Creates a job.",
  description:
    "It runs as the identity that creates it, when its schedule says so or `POST /api/jobs/{job_id}/run` asks for it. Permissions, and another identity to run as, cannot be set here.",
  kind: "mutation",
  errors: [],
  route: { method: "post", path: "/api/jobs", status: 201, bodyBytesMax: settingsBytesMax },
  reachesAnyData: true,
  usesAnyWarehouse: true,
  target: targets.nothing,
  params: z.strictObject(jobSettingsParams),
  result: z.object({ job_id: int64Id.describe("The new job's id.") }).meta({ id: "CreatedJob" }),
  examples: [{ params: exampleJob.settings, result: { job_id: exampleJob.job_id } }],
});
