import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { int64Id, int64IdParam } from "../int64-id.ts";
import { settledEnum } from "../open-enum.ts";
import { taskFields } from "./task.ts";

export const runId = int64IdParam("a run").describe("The run's id: of a run of a job, or of one task in it.");

/** Chosen by the caller, so that a call whose reply was lost can be repeated. */
export const idempotencyToken = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe(
    "A text of your own for this call, at most 64 characters: Databricks starts one run for it, however often the call is repeated, and returns that run's id again.",
  );

export const jobParameters = z.record(z.string(), z.string()).optional();

const lifeCycleState = settledEnum(
  "RunLifeCycleState",
  [
    "QUEUED",
    "PENDING",
    "RUNNING",
    "TERMINATING",
    "TERMINATED",
    "SKIPPED",
    "INTERNAL_ERROR",
    "BLOCKED",
    "WAITING_FOR_RETRY",
  ],
  "How far it is. `TERMINATED`, `SKIPPED` and `INTERNAL_ERROR` are final.",
);

const resultState = settledEnum(
  "RunResultState",
  [
    "SUCCESS",
    "FAILED",
    "TIMEDOUT",
    "CANCELED",
    "MAXIMUM_CONCURRENT_RUNS_REACHED",
    "EXCLUDED",
    "SUCCESS_WITH_FAILURES",
    "UPSTREAM_FAILED",
    "UPSTREAM_CANCELED",
    "DISABLED",
  ],
  "How it ended.",
);

const runState = z
  .object({
    life_cycle_state: lifeCycleState.optional(),
    result_state: resultState.optional(),
    state_message: z.string().optional().describe("More about it, for a person."),
    user_cancelled_or_timedout: z.boolean().optional().describe("Whether a user or a time limit ended it."),
  })
  .meta({ id: "RunState" });

const runStatus = z
  .object({
    state: z
      .string()
      .optional()
      .describe("`BLOCKED`, `PENDING`, `QUEUED`, `RUNNING`, `TERMINATING`, `TERMINATED` or `WAITING`."),
    termination_details: z
      .object({
        code: z
          .string()
          .optional()
          .describe("How it ended: `SUCCESS`, `USER_CANCELED`, `RUN_EXECUTION_ERROR`, …"),
        type: z
          .string()
          .optional()
          .describe("Whose fault it was: `SUCCESS`, `CLIENT_ERROR`, `INTERNAL_ERROR` or `CLOUD_FAILURE`."),
        message: z.string().optional().describe("More about it, for a person."),
      })
      .optional()
      .describe("How it ended."),
    queue_details: z
      .object({
        code: z.string().optional().describe("Why it waits."),
        message: z.string().optional().describe("More about it, for a person."),
      })
      .optional()
      .describe("Why it waits."),
  })
  .meta({ id: "RunStatus" });

/** What runs and their tasks have alike. */
const progressFields = {
  state: runState.optional().describe("How far it is, in the older form: `result_state` is here alone."),
  status: runStatus.optional().describe("How far it is, in the newer form."),
  start_time: epochMs.optional().describe("When it began, in milliseconds since 1970."),
  end_time: epochMs.optional().describe("When it ended, in milliseconds since 1970. 0: not yet."),
  setup_duration: epochMs.optional().describe("Milliseconds until its compute was ready."),
  execution_duration: epochMs.optional().describe("Milliseconds that it has run."),
  cleanup_duration: epochMs.optional().describe("Milliseconds that were needed afterwards."),
  attempt_number: z.int().optional().describe("0 for the first try, then 1, 2, …"),
};

const runTask = z
  .object({
    run_id: int64Id.describe("The id of the task's own run, whose output can be asked for."),
    ...taskFields,
    ...progressFields,
  })
  .meta({ id: "RunTask" });

const runParameter = z.object({
  name: z.string().describe("The parameter's name."),
  value: z.string().optional().describe("Its value in this run, if it is not the default."),
  default: z.string().optional().describe("Its value in the job."),
});

const repair = z.object({
  type: z.string().optional().describe("`ORIGINAL` for the first try, or `REPAIR`."),
  id: int64Id.optional().describe("The repair's id."),
  start_time: epochMs.optional().describe("When it began, in milliseconds since 1970."),
  end_time: epochMs.optional().describe("When it ended, in milliseconds since 1970."),
  state: runState.optional().describe("How far it is."),
  task_run_ids: z.array(int64Id).optional().describe("The runs of the tasks that belong to it."),
});

export const runFields = {
  run_id: int64Id.describe("The run's id."),
  job_id: int64Id.optional().describe("The job that it is a run of."),
  run_name: z
    .string()
    .optional()
    .describe("Its name: that of the job, unless it was submitted with another."),
  run_type: z.string().optional().describe("`JOB_RUN`, `SUBMIT_RUN` or `WORKFLOW_RUN`."),
  trigger: z.string().optional().describe("What made it run: `ONE_TIME`, `PERIODIC`, `RETRY`, …"),
  creator_user_name: z.string().optional().describe("Who started it."),
  job_parameters: z.array(runParameter).optional().describe("Its parameters."),
  ...progressFields,
  tasks: z.array(runTask).optional().describe("Its tasks. Listings leave them out."),
  repair_history: z
    .array(repair)
    .optional()
    .describe("Its repairs, with the first try, if `include_history` asks for them."),
};

export const exampleRun = {
  run_id: "759600",
  job_id: "620093400213",
  run_name: "Nightly totals",
  run_type: "JOB_RUN",
  state: { life_cycle_state: "RUNNING" },
  status: { state: "RUNNING" },
  start_time: 1_763_800_000_000,
};

interface RunProgress {
  readonly state?: { readonly life_cycle_state?: string | undefined } | undefined;
  readonly status?: { readonly state?: string | undefined } | undefined;
}

interface RunOutcome {
  readonly state?: z.output<typeof runState> | undefined;
  readonly status?: z.output<typeof runStatus> | undefined;
}

const finalStates: ReadonlySet<string | undefined> = new Set(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]);

/** How far a run is, in whichever form Databricks says so. Undefined if in neither. */
export function stateOfRun({ state, status }: RunProgress): string | undefined {
  return state?.life_cycle_state ?? status?.state;
}

/** Whether the run will not change any more. */
export function hasRunEnded(run: RunProgress): boolean {
  return finalStates.has(stateOfRun(run));
}

/** How a run or a task in it has ended: the newer form, and what that leaves out from the older one. */
export function outcomeOfRun({ state, status }: RunOutcome) {
  const { code, message } = status?.termination_details ?? {};
  return { result: code ?? state?.result_state, message: message || state?.state_message || undefined };
}

/** Nothing of these has run into an error of its own. */
const endedByOthers: ReadonlySet<string | undefined> = new Set([
  "CANCELED",
  "USER_CANCELED",
  "SKIPPED",
  "DISABLED",
]);

/** Whether a run or a task in it has failed, so that its output says why. One that was cancelled or skipped has not. */
export function hasRunFailed({ state, status }: RunOutcome): boolean {
  const { code, type } = status?.termination_details ?? {};
  if (type === undefined) return state?.result_state === "FAILED";
  return type !== "SUCCESS" && !endedByOthers.has(code);
}
