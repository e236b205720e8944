import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { examplePipeline, exampleUpdateId, pipelineId, updateState } from "./pipeline.ts";

const update = z
  .object({
    update_id: z.string().describe("The update's id."),
    state: updateState.optional(),
    cause: z.string().optional().describe("What started it: `API_CALL`, `USER_ACTION`, `JOB_TASK`, …"),
    creation_time: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
    full_refresh: z.boolean().optional().describe("Whether it computes all tables anew."),
    validate_only: z.boolean().optional().describe("Whether it only checks the pipeline's code."),
    refresh_selection: z.array(z.string()).optional().describe("The tables that it updates, if not all."),
    full_refresh_selection: z.array(z.string()).optional().describe("The tables that it computes anew."),
    cluster_id: z.string().optional().describe("The cluster that it runs on."),
  })
  .meta({ id: "PipelineUpdate" });

export const listPipelineUpdates = defineOperation({
  name: "list_pipeline_updates",
  domain: "pipelines",
  since: "0.1.0",
  summary: "Lists the updates of a pipeline and how far they are, the newest first.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/pipelines/:pipeline_id/updates" },
  target: targets.resource("pipeline"),
  params: z.strictObject({
    pipeline_id: pipelineId,
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(100)
      .optional()
      .describe("The most updates in the page, 1 to 100. Default: 25."),
  }),
  result: pageOf("PipelineUpdatePage", {
    updates: z.array(update).default([]).describe("The updates of this page."),
  }),
  examples: [
    {
      params: { pipeline_id: examplePipeline.pipeline_id },
      result: { updates: [{ update_id: exampleUpdateId, state: "COMPLETED" }] },
    },
  ],
});
