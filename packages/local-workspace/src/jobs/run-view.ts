import type { Run, RunResult, TaskRun } from "./job-state.ts";

const SKIPPED = new Set<RunResult>([
  "MAXIMUM_CONCURRENT_RUNS_REACHED",
  "EXCLUDED",
  "UPSTREAM_FAILED",
  "UPSTREAM_CANCELED",
  "DISABLED",
]);

const TERMINATION: Readonly<Record<RunResult, readonly [code: string, type: string]>> = {
  SUCCESS: ["SUCCESS", "SUCCESS"],
  SUCCESS_WITH_FAILURES: ["SUCCESS_WITH_FAILURES", "SUCCESS"],
  FAILED: ["RUN_EXECUTION_ERROR", "CLIENT_ERROR"],
  TIMEDOUT: ["CANCELED", "CLIENT_ERROR"],
  CANCELED: ["USER_CANCELED", "CLIENT_ERROR"],
  MAXIMUM_CONCURRENT_RUNS_REACHED: ["MAX_CONCURRENT_RUNS_EXCEEDED", "CLIENT_ERROR"],
  EXCLUDED: ["SKIPPED", "SUCCESS"],
  UPSTREAM_FAILED: ["SKIPPED", "CLIENT_ERROR"],
  UPSTREAM_CANCELED: ["SKIPPED", "CLIENT_ERROR"],
  DISABLED: ["DISABLED", "SUCCESS"],
};

type Progress = Pick<Run, "phase" | "result" | "message" | "startedAt" | "readyAt" | "endedAt">;

/** The state in both of its forms, and the times. A run of which a task failed has the state INTERNAL_ERROR. */
function progressView(progress: Progress, failedState: "INTERNAL_ERROR" | "TERMINATED"): object {
  const { phase, result, message, startedAt, readyAt, endedAt } = progress;
  const [code, type] = result === undefined ? [] : TERMINATION[result];
  const durations = {
    setup_duration: readyAt === undefined ? 0 : readyAt - startedAt,
    execution_duration: readyAt === undefined || endedAt === undefined ? 0 : endedAt - readyAt,
    cleanup_duration: 0,
  };
  return {
    state: {
      life_cycle_state: lifeCycleState(phase, result, failedState),
      ...(result === undefined ? {} : { result_state: result }),
      state_message: message ?? "",
      user_cancelled_or_timedout: result === "CANCELED" || result === "TIMEDOUT",
    },
    status: {
      state: phase === "ENDED" ? "TERMINATED" : phase === "WAITING_FOR_RETRY" ? "WAITING" : phase,
      ...(code === undefined ? {} : { termination_details: { code, type, message: message ?? "" } }),
    },
    start_time: startedAt,
    end_time: endedAt ?? 0,
    ...durations,
  };
}

function lifeCycleState(
  phase: Progress["phase"],
  result: RunResult | undefined,
  failedState: string,
): string {
  if (phase !== "ENDED" || result === undefined) return phase;
  if (SKIPPED.has(result)) return "SKIPPED";
  return result === "FAILED" ? failedState : "TERMINATED";
}

export function taskRunView(run: Run, taskRun: TaskRun, origin: string): object {
  return {
    ...taskRun.task,
    run_id: Number(taskRun.id),
    run_if: taskRun.task.run_if ?? "ALL_SUCCESS",
    attempt_number: taskRun.attempt,
    ...progressView(taskRun, "TERMINATED"),
    run_page_url: `${origin}/#job/${run.jobId}/run/${taskRun.id}`,
  };
}

interface RunView {
  withTasks: boolean;
  withHistory?: boolean;
}

export function runView(run: Run, origin: string, { withTasks, withHistory = false }: RunView): object {
  const [original] = run.history;
  return {
    job_id: Number(run.jobId),
    run_id: Number(run.id),
    number_in_job: Number(run.id),
    original_attempt_run_id: Number(run.id),
    creator_user_name: run.creator,
    run_name: run.name,
    run_type: run.type,
    trigger: "ONE_TIME",
    format: "MULTI_TASK",
    ...progressView(run, "INTERNAL_ERROR"),
    run_duration: (run.endedAt ?? run.startedAt) - run.startedAt,
    run_page_url: `${origin}/#job/${run.jobId}/run/${run.id}`,
    ...(run.parameters.length === 0 ? {} : { job_parameters: run.parameters }),
    ...(withTasks ? { tasks: run.tasks.map((each) => taskRunView(run, each, origin)) } : {}),
    ...(withHistory && original !== undefined
      ? { repair_history: run.history.map((one) => repairView(one, one === original)) }
      : {}),
  };
}

function repairView(repair: Run["history"][number], isOriginal: boolean): object {
  const { id, startedAt, endedAt, taskRunIds, result, message } = repair;
  const phase = endedAt === undefined ? "RUNNING" : "ENDED";
  const { state, status } = progressView(
    { phase, result, message, startedAt, endedAt },
    "INTERNAL_ERROR",
  ) as {
    state: object;
    status: object;
  };
  return {
    type: isOriginal ? "ORIGINAL" : "REPAIR",
    ...(isOriginal ? {} : { id: Number(id) }),
    start_time: startedAt,
    end_time: endedAt ?? 0,
    state,
    status,
    task_run_ids: taskRunIds.map(Number),
  };
}
