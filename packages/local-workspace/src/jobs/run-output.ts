import { invalidParameter } from "../http/api-error.ts";
import type { Run, TaskRun } from "./job-state.ts";
import { taskRunView } from "./run-view.ts";

/** What a task has returned. Of a run it is that of its one task. Throws 400 for a run of several tasks. */
export function runOutput(run: Run, asked: TaskRun | undefined, origin: string): object {
  const [first, second] = run.tasks;
  const taskRun = asked ?? (second === undefined ? first : undefined);
  if (taskRun === undefined) {
    throw invalidParameter(
      "Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.",
    );
  }
  const { output, message, result } = taskRun;
  return {
    metadata: { job_id: Number(run.jobId), ...taskRunView(run, taskRun, origin) },
    ...(result === "SUCCESS" || message === undefined ? {} : { error: message }),
    ...(output === undefined
      ? {}
      : {
          sql_output: {
            query_output: {
              query_text: output.text,
              warehouse_id: output.warehouseId,
              endpoint_id: output.warehouseId,
              output_link: `${origin}/#job/${run.jobId}/run/${taskRun.id}`,
              sql_statements: output.statementIds.map((id) => ({ lookup_key: id })),
            },
          },
        }),
  };
}
