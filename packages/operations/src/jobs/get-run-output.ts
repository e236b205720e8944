import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleRun, runFields, runId } from "./run.ts";

const sqlOutput = z.object({
  query_output: z
    .object({
      query_text: z.string().optional().describe("The text that was run."),
      warehouse_id: z.string().optional().describe("The SQL warehouse that it ran on."),
      output_link: z.string().optional().describe("Its result in the workspace."),
      sql_statements: z
        .array(z.object({ lookup_key: z.string().optional().describe("The key of its details.") }))
        .optional()
        .describe("The statements that were run."),
    })
    .optional()
    .describe("Of a query."),
});

export const getRunOutput = defineOperation({
  name: "get_run_output",
  domain: "jobs",
  since: "0.1.0",
  summary: "Gets what a task's run has returned, or why it failed.",
  description:
    "`run_id` is that of a task in the run (`tasks[].run_id`): a run of several tasks has no output of its own. Databricks keeps the output for 60 days, and the first 5 MiB of what a notebook returns.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/jobs/runs/:run_id/output" },
  reachesAnyData: true,
  target: targets.resource("run"),
  params: z.strictObject({ run_id: runId }),
  result: z
    .object({
      error: z.string().optional().describe("Why the task failed, or why there is no output."),
      error_trace: z.string().optional().describe("The stack trace of a failure."),
      info: z.string().optional().describe("More about it, for a person."),
      logs: z.string().optional().describe("What the task has printed, the last 5 MiB of it."),
      logs_truncated: z.boolean().optional().describe("Whether `logs` is only a part."),
      notebook_output: z
        .object({
          result: z.string().optional().describe("What the notebook passed to `dbutils.notebook.exit()`."),
          truncated: z.boolean().optional().describe("Whether `result` is only a part."),
        })
        .optional()
        .describe("Of a notebook."),
      sql_output: sqlOutput.optional().describe("Of a SQL task."),
      metadata: z.object(runFields).optional().describe("The run.").meta({ id: "RunOfOutput" }),
    })
    .meta({ id: "RunOutput" }),
  examples: [
    {
      params: { run_id: exampleRun.run_id },
      result: { sql_output: { query_output: { query_text: "SELECT 1", warehouse_id: "a1b2c3d4e5f60718" } } },
    },
  ],
});
