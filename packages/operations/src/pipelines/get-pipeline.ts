import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { examplePipeline, pipelineDetails, pipelineFields, pipelineId } from "./pipeline.ts";

export const getPipeline = defineOperation({
  name: "get_pipeline",
  domain: "pipelines",
  since: "0.1.0",
  summary: "Gets a pipeline, what it does, and its latest updates.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/pipelines/:pipeline_id" },
  target: targets.resource("pipeline"),
  params: z.strictObject({ pipeline_id: pipelineId }),
  result: z.object({ ...pipelineFields, ...pipelineDetails }).meta({ id: "Pipeline" }),
  examples: [{ params: { pipeline_id: examplePipeline.pipeline_id }, result: examplePipeline }],
});
