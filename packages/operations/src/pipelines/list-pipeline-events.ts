import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { queryText } from "../query-text.ts";
import { targets } from "../target.ts";
import { examplePipeline, exampleUpdateId, pipelineId } from "./pipeline.ts";

const event = z
  .object({
    id: z.string().optional().describe("The event's id."),
    event_type: z.string().optional().describe("What it is about: `update_progress`, `flow_progress`, …"),
    level: z.string().optional().describe("`INFO`, `WARN`, `ERROR` or `METRICS`."),
    message: z.string().optional().describe("What happened."),
    timestamp: z.string().optional().describe("When it happened, as RFC 3339 has it."),
    origin: z
      .object({
        update_id: z.string().optional().describe("The update that it is of."),
        dataset_name: z.string().optional().describe("The table that it is about."),
        flow_name: z.string().optional().describe("The flow that it is about."),
      })
      .optional()
      .describe("Where it comes from."),
    error: z
      .object({
        fatal: z.boolean().optional().describe("Whether it ended the update."),
        exceptions: z
          .array(
            z.object({
              class_name: z.string().optional().describe("The kind of exception."),
              message: z.string().optional().describe("What it says."),
            }),
          )
          .optional()
          .describe("The exceptions, from the outermost on."),
      })
      .optional()
      .describe("What went wrong."),
  })
  .meta({ id: "PipelineEvent" });

export const listPipelineEvents = defineOperation({
  name: "list_pipeline_events",
  domain: "pipelines",
  since: "0.1.0",
  summary: "Lists what has happened in a pipeline, the newest first.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  // An error can quote what the pipeline has read.
  reachesAnyData: true,
  route: { method: "get", path: "/api/pipelines/:pipeline_id/events" },
  target: targets.resource("pipeline"),
  params: z.strictObject({
    pipeline_id: pipelineId,
    filter: queryText(1000)
      .optional()
      .describe(
        "A condition of Databricks': `level = 'ERROR'`, or `timestamp > '2026-11-28T00:00:00.000Z'`. Not together with `page_token`.",
      ),
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(250)
      .optional()
      .describe("The most events in the page, 1 to 250. Default: 25."),
  }),
  result: pageOf("PipelineEventPage", {
    events: z.array(event).default([]).describe("The events of this page."),
  }),
  examples: [
    {
      params: { pipeline_id: examplePipeline.pipeline_id },
      result: {
        events: [
          {
            event_type: "update_progress",
            level: "INFO",
            message: "Update 0b1c2d is COMPLETED.",
            origin: { update_id: exampleUpdateId },
          },
        ],
      },
    },
  ],
});
