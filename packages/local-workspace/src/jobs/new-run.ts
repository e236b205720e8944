import { invalidParameter } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { JobSettings, Task, TaskParameters } from "./job-settings.ts";
import { type Job, type JobState, type Run, runAsOf, type TaskRun } from "./job-state.ts";

interface NewRun {
  jobId: string;
  type: Run["type"];
  name: string;
  tasks: readonly Task[];
  creator: string;
  runAs: string;
  viewers: string[];
  token: string | undefined;
  parameters: Run["parameters"];
  timeoutSeconds: number;
}

interface RunOfJob {
  job: Job;
  principal: Principal;
  token: string | undefined;
  values: TaskParameters;
  only: readonly string[] | undefined;
}

export function newRun(state: JobState, now: number, given: NewRun): Run {
  const tasks = given.tasks.map((task) => newTaskRun(state.newId(), task, 0, now));
  const id = state.newId();
  return {
    ...given,
    id,
    phase: "PENDING",
    startedAt: now,
    tasks,
    history: [{ id, startedAt: now, taskRunIds: tasks.map((one) => one.id) }],
  };
}

export function newTaskRun(id: string, task: Task, attempt: number, now: number): TaskRun {
  const isFirst = (task.depends_on ?? []).length === 0;
  return { id, task, attempt, phase: isFirst ? "PENDING" : "BLOCKED", startedAt: now };
}

/** A run of a job with the settings that it has now. Throws 400 for a parameter or a task that is not in the job. */
export function newRunOfJob(state: JobState, now: number, given: RunOfJob): Run {
  const { job, principal, token, values, only } = given;
  const { settings } = job;
  if (settings.tasks.length === 0) throw invalidParameter(`Job ${job.id} has no tasks.`);
  return newRun(state, now, {
    jobId: job.id,
    type: "JOB_RUN",
    name: settings.name,
    tasks: chosenTasks(settings, only),
    creator: principal.name,
    runAs: runAsOf(settings, job.creator),
    viewers: [job.creator, ...job.runners],
    token,
    parameters: parametersOf(settings, values),
    timeoutSeconds: settings.timeout_seconds ?? 0,
  });
}

/** Without dependencies on tasks that do not run. */
function chosenTasks({ tasks }: JobSettings, only: readonly string[] | undefined): Task[] {
  if (only === undefined) return tasks;
  const unknown = only.find((key) => !tasks.some((task) => task.task_key === key));
  if (unknown !== undefined) throw invalidParameter(`The task ${unknown} is not in the job.`);
  return tasks
    .filter((task) => only.includes(task.task_key))
    .map((task) => ({
      ...task,
      depends_on: (task.depends_on ?? []).filter((one) => only.includes(one.task_key)),
    }));
}

function parametersOf({ parameters = [] }: JobSettings, values: TaskParameters): Run["parameters"] {
  const names = new Set(parameters.map(({ name }) => name));
  // A value without a definition is passed on to the tasks too.
  const others = Object.keys(values).filter((name) => !names.has(name));
  return [
    ...parameters.map((one) => ({ name: one.name, default: one.default, ...valueOf(values, one.name) })),
    ...others.map((name) => ({ name, ...valueOf(values, name) })),
  ];
}

function valueOf(values: TaskParameters, name: string): { value?: string } {
  const value = values[name];
  return value === undefined ? {} : { value };
}
