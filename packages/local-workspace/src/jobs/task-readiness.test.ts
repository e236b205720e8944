import { expect, test } from "vitest";
import { RUN_IFS, type RunIf } from "./job-settings.ts";
import type { RunResult, TaskRun } from "./job-state.ts";
import { readinessOf, resultOf } from "./task-readiness.ts";

const taskRun = (key: string, more: Partial<TaskRun> = {}, dependsOn: string[] = []): TaskRun => ({
  id: key,
  task: { task_key: key, depends_on: dependsOn.map((task_key) => ({ task_key })) },
  attempt: 0,
  phase: "BLOCKED",
  startedAt: 0,
  ...more,
});
const ended = (key: string, result: RunResult, dependsOn: string[] = []) =>
  taskRun(key, { phase: "ENDED", result }, dependsOn);

/** Which conditions let a task run after two that have ended so. */
function metAfter(...results: RunResult[]): RunIf[] {
  const before = results.map((result, index) => ended(`t${index}`, result));
  return RUN_IFS.filter((runIf) => {
    const last = taskRun(
      "last",
      {},
      before.map(({ id }) => id),
    );
    last.task.run_if = runIf;
    return readinessOf(last, [...before, last]).kind === "ready";
  });
}

test.each<[RunResult, RunResult, RunIf[]]>([
  ["SUCCESS", "SUCCESS", ["ALL_SUCCESS", "AT_LEAST_ONE_SUCCESS", "NONE_FAILED", "ALL_DONE"]],
  ["SUCCESS", "FAILED", ["AT_LEAST_ONE_SUCCESS", "ALL_DONE", "AT_LEAST_ONE_FAILED"]],
  ["FAILED", "UPSTREAM_FAILED", ["ALL_DONE", "AT_LEAST_ONE_FAILED", "ALL_FAILED"]],
  ["SUCCESS", "EXCLUDED", ["AT_LEAST_ONE_SUCCESS", "NONE_FAILED", "ALL_DONE"]],
  ["EXCLUDED", "EXCLUDED", ["ALL_DONE"]],
])("after %s and %s run the tasks with %j", (first, second, expected) => {
  expect(metAfter(first, second)).toEqual(expected);
});

test("a task waits until all before it have ended, and is a victim of what failed", () => {
  const [running, failed] = [taskRun("a", { phase: "RUNNING" }), ended("b", "FAILED")];
  const last = taskRun("c", {}, ["a", "b"]);
  expect(readinessOf(last, [running, failed, last])).toEqual({ kind: "blocked" });
  const done = ended("a", "SUCCESS");
  expect(readinessOf(last, [done, failed, last])).toMatchObject({ result: "UPSTREAM_FAILED" });
  expect(readinessOf(last, [done, ended("b", "CANCELED"), last])).toMatchObject({
    result: "UPSTREAM_CANCELED",
  });
  last.task.run_if = "AT_LEAST_ONE_FAILED";
  expect(readinessOf(last, [done, ended("b", "SUCCESS"), last])).toMatchObject({ result: "EXCLUDED" });
});

test("the tasks on which no other depends decide how a run has ended", () => {
  expect(resultOf([ended("a", "SUCCESS"), ended("b", "EXCLUDED", ["a"])])).toBe("SUCCESS");
  expect(resultOf([ended("a", "FAILED"), ended("b", "SUCCESS", ["a"])])).toBe("SUCCESS_WITH_FAILURES");
  expect(resultOf([ended("a", "FAILED"), ended("b", "UPSTREAM_FAILED", ["a"])])).toBe("FAILED");
  expect(resultOf([ended("a", "CANCELED"), ended("b", "UPSTREAM_CANCELED", ["a"])])).toBe("CANCELED");
});
