import type { RunResult, TaskRun } from "./job-state.ts";

type Readiness =
  | { readonly kind: "blocked" | "ready" }
  /** It will not run. */
  | { readonly kind: "skipped"; readonly result: RunResult; readonly message: string };

const FAILED = new Set<RunResult | undefined>(["FAILED", "TIMEDOUT", "UPSTREAM_FAILED"]);
const CANCELED = new Set<RunResult | undefined>(["CANCELED", "UPSTREAM_CANCELED"]);
const NOT_RUN = new Set<RunResult | undefined>(["EXCLUDED", "DISABLED"]);

const isSuccess = (result: RunResult | undefined) => result === "SUCCESS";
const isFailed = (result: RunResult | undefined) => FAILED.has(result) || CANCELED.has(result);
const isFine = ({ result }: TaskRun) => isSuccess(result) || NOT_RUN.has(result);

/** Whether a task may run, by its `run_if` and by how the tasks that it depends on have ended. */
export function readinessOf({ task }: TaskRun, all: readonly TaskRun[]): Readiness {
  const keys = new Set((task.depends_on ?? []).map(({ task_key: key }) => key));
  const before = all.filter((each) => keys.has(each.task.task_key));
  if (before.some(({ phase }) => phase !== "ENDED")) return { kind: "blocked" };
  const results = before.map(({ result }) => result);
  if (isMet(task.run_if ?? "ALL_SUCCESS", results)) return { kind: "ready" };
  return skipped(task.run_if ?? "ALL_SUCCESS", results);
}

function isMet(
  runIf: NonNullable<TaskRun["task"]["run_if"]>,
  results: readonly (RunResult | undefined)[],
): boolean {
  if (results.length === 0) return true;
  switch (runIf) {
    case "ALL_SUCCESS":
      return results.every(isSuccess);
    case "AT_LEAST_ONE_SUCCESS":
      return results.some(isSuccess);
    case "NONE_FAILED":
      return !results.some(isFailed) && !results.every((result) => NOT_RUN.has(result));
    case "ALL_DONE":
      return true;
    case "AT_LEAST_ONE_FAILED":
      return results.some(isFailed);
    case "ALL_FAILED":
      return results.every(isFailed);
  }
}

/** A task that waits for a failure which did not come is left out; any other one is a victim of what came before it. */
function skipped(runIf: string, results: readonly (RunResult | undefined)[]): Readiness {
  const kind = "skipped";
  if (!runIf.endsWith("FAILED") || runIf === "NONE_FAILED") {
    if (results.some((result) => CANCELED.has(result)))
      return { kind, result: "UPSTREAM_CANCELED", message: "An upstream task was canceled." };
    if (results.some((result) => FAILED.has(result)))
      return { kind, result: "UPSTREAM_FAILED", message: "An upstream task failed." };
  }
  return { kind, result: "EXCLUDED", message: `The condition ${runIf} was not met.` };
}

/** How a run has ended whose tasks all have: the tasks on which no other depends decide. */
export function resultOf(tasks: readonly TaskRun[]): RunResult {
  const upstream = new Set(tasks.flatMap(({ task }) => (task.depends_on ?? []).map((one) => one.task_key)));
  if (tasks.every(isFine)) return "SUCCESS";
  const leaves = tasks.filter(({ task }) => !upstream.has(task.task_key));
  if (leaves.every(isFine)) return "SUCCESS_WITH_FAILURES";
  if (tasks.some(({ result }) => FAILED.has(result) && result !== "UPSTREAM_FAILED")) return "FAILED";
  return tasks.some(({ result }) => CANCELED.has(result)) ? "CANCELED" : "FAILED";
}
