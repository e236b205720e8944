import {
  hasRunEnded,
  hasRunFailed,
  type OperationResult,
  operations,
  outcomeOfRun,
  stateOfRun,
} from "@front-door/operations";
import * as z from "zod";
import { defineTool } from "../tool.ts";
import { afterStart } from "./after-start.ts";
import { waitFor } from "./wait-for.ts";

type Run = OperationResult<"get_run">;

const { job_id, job_parameters } = operations.run_job.params.shape;

export const runJobAndWait = defineTool({
  name: "run_job_and_wait",
  title: "Run a job and wait",
  description:
    "Runs a job and waits up to 50 s for its end. A longer run goes on: call again with its run_id. list_jobs (toolset jobs) has the ids of jobs.",
  domain: "jobs",
  listedByDefault: true,
  kind: "mutation",
  idempotent: false,
  needs: ["run_job", "get_run", "cancel_run"],
  params: z
    .strictObject({
      job_id: job_id.optional(),
      job_parameters,
      run_id: operations.get_run.params.shape.run_id
        .optional()
        .describe("Instead of job_id: a run of an earlier call, to wait for it."),
    })
    .refine((given) => (given.job_id === undefined) !== (given.run_id === undefined), {
      message: "must have either job_id or run_id",
    }),
  result: z.object({
    run_id: z.string(),
    state: z.string(),
    result: z.string().optional(),
    message: z.string().optional(),
    tasks: z
      .array(
        z.object({
          task_key: z.string(),
          run_id: z.string(),
          result: z.string().optional(),
          message: z.string().optional(),
        }),
      )
      .optional(),
    note: z.string().optional(),
  }),
  async run({ job_id: job, job_parameters: values, run_id: given }, context) {
    const { gateway, call } = context;
    // The id must arrive, or nobody could cancel the run.
    const detached = { ...call, signal: undefined };
    const started =
      job === undefined
        ? undefined
        : await gateway.call("run_job", { job_id: job, job_parameters: values }, detached);
    const run_id = started?.run_id ?? given ?? "";
    const run = await afterStart(
      `Call again with run_id ${run_id}, without job_id, to wait for it.`,
      async () =>
        waitFor(
          await gateway.call("get_run", { run_id }, detached),
          {
            isRunning: (each) => !hasRunEnded(each),
            words: (each) => stateOfRun(each) ?? "PENDING",
            look: (looking) => gateway.call("get_run", { run_id }, looking),
            cancel: started && ((cancelling) => gateway.call("cancel_run", { run_id }, cancelling)),
          },
          context,
        ),
    );
    return { structured: { run_id, ...viewOf(run) } };
  },
});

function viewOf(run: Run) {
  const { tasks = [] } = run;
  return {
    state: stateOfRun(run) ?? "PENDING",
    ...outcomeOf(run),
    tasks: tasks.map((task) => ({ task_key: task.task_key, run_id: task.run_id, ...outcomeOf(task) })),
    ...noteOn(run),
  };
}

function outcomeOf(run: Pick<Run, "state" | "status">) {
  const { result, message } = outcomeOfRun(run);
  return {
    ...(result === undefined ? {} : { result }),
    ...(message === undefined ? {} : { message: message.slice(0, 500) }),
  };
}

function noteOn(run: Run) {
  if (!hasRunEnded(run)) {
    return { note: "It is still running. Call again with this run_id, and without job_id, to wait for it." };
  }
  const failed = run.tasks?.find(hasRunFailed);
  return failed === undefined
    ? {}
    : { note: `get_run_output of ${failed.run_id} (toolset jobs) has the error.` };
}
