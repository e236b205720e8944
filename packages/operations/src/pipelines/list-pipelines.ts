import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { queryText } from "../query-text.ts";
import { targets } from "../target.ts";
import { examplePipeline, pipelineFields } from "./pipeline.ts";

export const listPipelines = defineOperation({
  name: "list_pipelines",
  domain: "pipelines",
  since: "0.1.0",
  summary: "Lists the pipelines that the identity may see, and what they do.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/pipelines" },
  target: targets.nothing,
  params: z.strictObject({
    filter: queryText(1000)
      .optional()
      .describe("A condition of Databricks': `name LIKE '%trips%'`, or `notebook = '<path>'`."),
    page_token: pageParams.page_token,
    max_results: pageParams.max_results
      .unwrap()
      .max(100)
      .optional()
      .describe("The most pipelines in the page, 1 to 100. Default: 25."),
  }),
  result: pageOf("PipelinePage", {
    statuses: z
      .array(z.object(pipelineFields).meta({ id: "ListedPipeline" }))
      .default([])
      .describe("The pipelines of this page."),
  }),
  examples: [{ params: { max_results: 25 }, result: { statuses: [examplePipeline] } }],
});
