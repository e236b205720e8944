import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { examplePipeline, pipelineId } from "./pipeline.ts";

export const stopPipeline = defineOperation({
  name: "stop_pipeline",
  domain: "pipelines",
  since: "0.1.0",
  summary:
    "Cancels the update of a pipeline, and returns before it has ended. An idle pipeline does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/pipelines/:pipeline_id/stop", status: 202 },
  target: targets.resource("pipeline"),
  params: z.strictObject({ pipeline_id: pipelineId }),
  result: z.object({}).meta({ id: "StoppedPipeline" }),
  examples: [{ params: { pipeline_id: examplePipeline.pipeline_id }, result: {} }],
});
