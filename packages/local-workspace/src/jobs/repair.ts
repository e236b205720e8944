import { z } from "zod";
import { ApiError, invalidParameter } from "../http/api-error.ts";
import { idSchema } from "../http/id.ts";
import { type JobState, type Run, runAsOf } from "./job-state.ts";
import { newTaskRun } from "./new-run.ts";

export const repairSchema = z.object({
  run_id: idSchema,
  latest_repair_id: idSchema.optional(),
  rerun_tasks: z.array(z.string()).optional(),
  rerun_all_failed_tasks: z.boolean().default(false),
  rerun_dependent_tasks: z.boolean().default(false),
  job_parameters: z.record(z.string(), z.string()).default({}),
});

type Repair = z.infer<typeof repairSchema>;

/** Makes a run that has ended one that runs some of its tasks again. Returns the id of the repair. Throws 400. */
export function repair(state: JobState, run: Run, asked: Repair, now: number): string {
  if (run.phase !== "ENDED")
    throw new ApiError(
      400,
      "INVALID_STATE",
      `Run ${run.id} is in progress. Only a run that has ended can be repaired.`,
    );
  const latest = run.history.length > 1 ? run.history.at(-1)?.id : undefined;
  if (asked.latest_repair_id !== latest)
    throw invalidParameter(`latest_repair_id must be ${latest ?? "absent: the run has no repair yet"}.`);
  const keys = keysOf(run, asked);
  const job = state.job(run.jobId);
  const id = state.newId();
  run.tasks = run.tasks.map((before) => {
    if (!keys.has(before.task.task_key)) return before;
    const task = job?.settings.tasks.find((one) => one.task_key === before.task.task_key) ?? before.task;
    return newTaskRun(state.newId(), task, before.attempt + 1, now);
  });
  const again = run.tasks.filter(({ task }) => keys.has(task.task_key));
  run.history.push({ id, startedAt: now, taskRunIds: again.map((one) => one.id) });
  if (job !== undefined) run.runAs = runAsOf(job.settings, job.creator);
  run.parameters = run.parameters.map((one) => ({
    ...one,
    ...(asked.job_parameters[one.name] === undefined ? {} : { value: asked.job_parameters[one.name] }),
  }));
  run.phase = "PENDING";
  for (const field of ["result", "message", "endedAt", "readyAt"] as const) delete run[field];
  return id;
}

function keysOf(run: Run, asked: Repair): Set<string> {
  const { rerun_tasks: named, rerun_all_failed_tasks: all } = asked;
  if ((named === undefined) !== all)
    throw invalidParameter("Give either rerun_tasks or rerun_all_failed_tasks.");
  const unknown = named?.find((key) => !run.tasks.some(({ task }) => task.task_key === key));
  if (unknown !== undefined) throw invalidParameter(`The task ${unknown} is not in run ${run.id}.`);
  const failed = run.tasks.filter(({ result }) => result !== "SUCCESS").map(({ task }) => task.task_key);
  const keys = new Set(named ?? failed);
  if (keys.size === 0) throw invalidParameter(`Run ${run.id} has no failed tasks.`);
  if (asked.rerun_dependent_tasks) addDependents(run, keys);
  return keys;
}

function addDependents(run: Run, keys: Set<string>): void {
  for (let before = -1; before !== keys.size; ) {
    before = keys.size;
    for (const { task } of run.tasks) {
      if ((task.depends_on ?? []).some((one) => keys.has(one.task_key))) keys.add(task.task_key);
    }
  }
}
