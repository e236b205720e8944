import { expect, test } from "vitest";
import type { Run, TaskRun } from "./job-state.ts";
import { taskParameters } from "./task-parameters.ts";

const task: TaskRun = {
  id: "12",
  task: {
    task_key: "count",
    sql_task: {
      warehouse_id: "w",
      parameters: {
        known: "{{job.id}} {{ task.name }} {{job.parameters.day}}",
        unknown: "{{constructor}} {{__proto__}}",
      },
    },
  },
  attempt: 0,
  phase: "RUNNING",
  startedAt: 0,
};
const run: Run = {
  id: "11",
  jobId: "10",
  type: "JOB_RUN",
  name: "Daily",
  creator: "alice@example.com",
  runAs: "alice@example.com",
  viewers: [],
  parameters: [{ name: "day", default: "Monday" }],
  timeoutSeconds: 0,
  phase: "RUNNING",
  startedAt: 0,
  tasks: [task],
  history: [],
};

test("a task's parameters have values in place of references, and what is no reference stays", () => {
  expect(taskParameters(run, task)).toEqual({
    known: "10 count Monday",
    unknown: "{{constructor}} {{__proto__}}",
    day: "Monday",
  });
});
