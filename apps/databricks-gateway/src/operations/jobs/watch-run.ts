import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import {
  hasRunEnded,
  type OperationResult,
  operations,
  readLeniently,
  stateOfRun,
} from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler } from "../handler.ts";
import { watch } from "../watch.ts";

type Run = OperationResult<"get_run">;

export const watchRun: Handler<"watch_run"> = async ({ run_id }, { signal }) =>
  watch(
    {
      read: () => fetchRun(run_id, signal),
      isFinal: hasEnded,
      distinguish: everyStateOf,
      lineOf: (run) => ({ run }),
      lastLineOf: (line_count) => ({ complete: true, line_count }),
      firstPauseMs: 1_000,
      pauseMsMax: 10_000,
    },
    signal,
  );

async function fetchRun(id: string, signal: AbortSignal): Promise<Run> {
  const given = await service(JobsService, signal).getRun({ run_id: int64(id) });
  const reading = readLeniently(operations.get_run.result, given);
  if (!reading.success) throw invalidResponse(`a run with odd ${reading.oddFields.join(", ")}`);
  // Parsed by this schema, whose type `readLeniently` does not pass on.
  const { next_page_token: _, ...run } = reading.data as Run;
  return run;
}

/** The states of the run and of its tasks. Durations grow all the time. */
function everyStateOf({ state, status, tasks = [] }: Run): string {
  const ofTasks = tasks.map((task) => [task.task_key, task.run_id, task.state, task.status]);
  return JSON.stringify([state, status, ofTasks]);
}

/** Whether the run will not change any more. Throws if neither form says how far it is: it would be watched for ever. */
function hasEnded(run: Run): boolean {
  if (stateOfRun(run) === undefined) throw invalidResponse("a run without a state");
  return hasRunEnded(run);
}
