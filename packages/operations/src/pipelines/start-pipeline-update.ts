import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { examplePipeline, exampleUpdateId, pipelineId } from "./pipeline.ts";

const tables = z.array(z.string().min(1).max(1000)).min(1).max(1000).optional();

export const startPipelineUpdate = defineOperation({
  name: "start_pipeline_update",
  domain: "pipelines",
  since: "0.1.0",
  summary: "Starts an update of a pipeline's tables, and returns its id.",
  description:
    "`GET /api/pipelines/{pipeline_id}/updates` has its state. It runs as the identity that the pipeline says, whoever starts it. A full refresh empties the tables first: what their source no longer has is lost.",
  kind: "mutation",
  errors: ["RESOURCE_DOES_NOT_EXIST", "RESOURCE_CONFLICT"],
  route: { method: "post", path: "/api/pipelines/:pipeline_id/updates", status: 202 },
  reachesAnyData: true,
  usesAnyWarehouse: true,
  target: targets.resource("pipeline"),
  params: z.strictObject({
    pipeline_id: pipelineId,
    full_refresh: z.boolean().optional().describe("Whether it computes all tables anew."),
    refresh_selection: tables.describe("Updates only these tables. Not together with `full_refresh`."),
    full_refresh_selection: tables.describe(
      "Computes only these tables anew. Not together with `full_refresh`.",
    ),
    validate_only: z.boolean().optional().describe("Whether it only checks the pipeline's code."),
  }),
  result: z
    .object({ update_id: z.string().describe("The update's id.") })
    .meta({ id: "StartedPipelineUpdate" }),
  examples: [
    {
      params: { pipeline_id: examplePipeline.pipeline_id, validate_only: false },
      result: { update_id: exampleUpdateId },
    },
  ],
});
