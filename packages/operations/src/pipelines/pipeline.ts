import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { settledEnum } from "../open-enum.ts";

/** Nothing else is let into the path of a request. */
export const pipelineId = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}$/, "must be the id of a pipeline, a UUID")
  .describe("The pipeline's id.");

const pipelineState = settledEnum(
  "PipelineState",
  ["IDLE", "STARTING", "RUNNING", "STOPPING", "FAILED", "DEPLOYING", "RECOVERING", "RESETTING", "DELETED"],
  "What it does.",
);

export const updateState = settledEnum(
  "PipelineUpdateState",
  [
    "QUEUED",
    "CREATED",
    "WAITING_FOR_RESOURCES",
    "INITIALIZING",
    "RESETTING",
    "SETTING_UP_TABLES",
    "RUNNING",
    "STOPPING",
    "COMPLETED",
    "FAILED",
    "CANCELED",
  ],
  "How far it is. `COMPLETED`, `FAILED` and `CANCELED` are final.",
);

const latestUpdate = z.object({
  update_id: z.string().optional().describe("The update's id."),
  state: updateState.optional(),
  creation_time: z.string().optional().describe("When it was created, as RFC 3339 has it."),
});

export const pipelineFields = {
  pipeline_id: z.string().describe("The pipeline's id."),
  name: z.string().optional().describe("Its name."),
  state: pipelineState.optional(),
  health: z.string().optional().describe("`HEALTHY` or `UNHEALTHY`."),
  creator_user_name: z.string().optional().describe("Who created it."),
  run_as_user_name: z.string().optional().describe("As whom it runs."),
  cluster_id: z.string().optional().describe("The cluster that it runs on."),
  latest_updates: z.array(latestUpdate).optional().describe("Its latest updates, the newest first."),
};

export const pipelineDetails = {
  cause: z.string().optional().describe("Why it failed."),
  last_modified: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
  spec: z
    .object({
      catalog: z.string().optional().describe("The catalog of its tables."),
      schema: z.string().optional().describe("The schema of its tables."),
      target: z.string().optional().describe("The schema of its tables, in pipelines of the older kind."),
      continuous: z.boolean().optional().describe("Whether it always runs."),
      development: z.boolean().optional().describe("Whether it is still being developed."),
      serverless: z.boolean().optional().describe("Whether it runs on serverless compute."),
      photon: z.boolean().optional().describe("Whether it uses Photon."),
      channel: z.string().optional().describe("`CURRENT` or `PREVIEW`."),
      edition: z.string().optional().describe("`CORE`, `PRO` or `ADVANCED`."),
    })
    .optional()
    .describe("How it is set up."),
};

export const examplePipeline = {
  pipeline_id: "5f6c1d2e-3a4b-4c5d-8e6f-70819203a4b5",
  name: "Trips per day",
  state: "IDLE",
  creator_user_name: "someone@example.com",
};

export const exampleUpdateId = "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9";
