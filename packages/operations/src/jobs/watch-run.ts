import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { errorEnvelope } from "../errors.ts";
import { targets } from "../target.ts";
import { exampleRun, runFields, runId } from "./run.ts";

const run = z.object(runFields).meta({ id: "WatchedRun" });

/** A line of the reply. */
export const runLine = z
  .union([
    z
      .object({ run: run.describe("The run as it is now, with its tasks, at most 100.") })
      .meta({ id: "RunUpdate" }),
    z.object({
      complete: z.literal(true).describe("The run has ended, as the line before this one says."),
      line_count: z.int().nonnegative().describe("How many lines are before this one."),
    }),
    errorEnvelope,
  ])
  .describe("One line: the run as it is, and last how the reply ended.")
  .meta({ id: "RunLine" });

export const watchRun = defineOperation({
  name: "watch_run",
  domain: "jobs",
  since: "0.1.0",
  summary: "Watches a run until it ends: a line at each change of its state or of a task's.",
  description: [
    'The reply is `application/x-ndjson`: a line `{"run":{…}}` at once and at each change, and a last line `{"complete":true,"line_count":3}` when the run has ended, or an error envelope if watching fails. A reply without either is cut: ask again. Hanging up ends the watch and not the run.',
    "The gateway asks Databricks after 1 second, and then less and less often, up to every 10 seconds, so a short state can go unseen. Every 30 seconds without a change the last line is sent again, so that nothing on the way takes the connection for dead.",
  ].join("\n\n"),
  kind: "query",
  transfer: "stream",
  timeoutMs: 60_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  // Why a task failed can quote what it has read.
  reachesAnyData: true,
  route: { method: "get", path: "/api/jobs/runs/:run_id/events" },
  target: targets.resource("run"),
  params: z.strictObject({ run_id: runId }),
  result: z
    .object({
      run: run.describe("In each line but the last: the run as it is now, with its tasks, at most 100."),
      complete: z.literal(true).describe("In the last line: the run has ended."),
      line_count: z.int().nonnegative().describe("In the last line: how many lines are before it."),
    })
    .meta({ id: "RunEvents" }),
  examples: [
    { params: { run_id: exampleRun.run_id }, result: { run: exampleRun, complete: true, line_count: 3 } },
  ],
});
