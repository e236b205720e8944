import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { nextPageToken, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { exampleRun, runFields, runId } from "./run.ts";

export const getRun = defineOperation({
  name: "get_run",
  domain: "jobs",
  since: "0.1.0",
  summary: "Gets the state of a run and of its tasks.",
  description: "A reply has at most 100 tasks; `next_page_token` gets the next ones.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  // Why a task failed can quote what it has read.
  reachesAnyData: true,
  route: { method: "get", path: "/api/jobs/runs/:run_id" },
  target: targets.resource("run"),
  params: z.strictObject({
    run_id: runId,
    include_history: z.boolean().optional().describe("Whether to return its repairs."),
    page_token: pageParams.page_token,
  }),
  result: z.object({ ...runFields, next_page_token: nextPageToken }).meta({ id: "Run" }),
  examples: [{ params: { run_id: exampleRun.run_id }, result: exampleRun }],
});
