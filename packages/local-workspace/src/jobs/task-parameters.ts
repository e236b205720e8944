import type { TaskParameters } from "./job-settings.ts";
import type { Run, TaskRun } from "./job-state.ts";

/**
 * The parameters that a task gets: its own, in which `{{job.parameters.day}}` and the like stand for values, and those of
 * the run, which win. A reference that is not known stays as it is.
 */
export function taskParameters(run: Run, { id, task }: TaskRun): TaskParameters {
  const ofRun = Object.fromEntries(run.parameters.map((one) => [one.name, one.value ?? one.default ?? ""]));
  const values = new Map([
    ["job.id", run.jobId],
    ["job.name", run.name],
    ["job.run_id", run.id],
    ["task.name", task.task_key],
    ["task.run_id", id],
    ...Object.entries(ofRun).map(([name, value]) => [`job.parameters.${name}`, value] as const),
  ]);
  const own = Object.entries(task.sql_task?.parameters ?? {}).map(
    ([name, text]) =>
      [
        name,
        text.replaceAll(/\{\{ {0,9}([\w.-]+) {0,9}\}\}/g, (all, key: string) => values.get(key) ?? all),
      ] as const,
  );
  return { ...Object.fromEntries(own), ...ofRun };
}
