import { JobsService } from "@databricks/sdk-experimental/dist/apis/jobs/index.js";
import {
  hasRunEnded,
  type OperationResult,
  operations,
  readLeniently,
  resultMediaType,
  stateOfRun,
} from "@front-door/operations";
import { service } from "../../auth/auth-context.ts";
import { int64 } from "../../databricks/int64.ts";
import { invalidResponse } from "../../databricks/invalid-response.ts";
import type { Handler } from "../handler.ts";
import { pause, withPatience } from "../with-patience.ts";

type Run = OperationResult<"get_run">;

const firstPauseMs = 1_000;
const pauseMsMax = 10_000;
/** After this time without a change the last line is sent again. Connections are cut after a minute of silence. */
const silenceMsMax = 30_000;

/** A failure of the first call is an error reply, and a later one the last line. Hanging up ends the polling. */
export const watchRun: Handler<"watch_run"> = async ({ run_id }, { signal }) => ({
  status: 200,
  headers: { "content-type": `${resultMediaType.ndjson}; charset=utf-8` },
  pieces: linesOf(run_id, signal),
  openingPieces: 1,
  endsWithFailure: true,
});

async function* linesOf(id: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  let sent: { readonly state: string; readonly at: number } | undefined;
  let count = 0;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, pauseMsMax)) {
    const ask = () => fetchRun(id, signal);
    const run = await (sent === undefined ? ask() : withPatience(signal, ask));
    const state = everyStateOf(run);
    if (state !== sent?.state || performance.now() - sent.at >= silenceMsMax) {
      yield line({ run });
      count += 1;
      sent = { state, at: performance.now() };
    }
    if (hasEnded(run)) break;
    await pause(pauseMs, signal);
  }
  yield line({ complete: true, line_count: count });
}

async function fetchRun(id: string, signal: AbortSignal): Promise<Run> {
  const given = await service(JobsService, signal).getRun({ run_id: int64(id) });
  const reading = readLeniently(operations.get_run.result, given);
  if (!reading.success) throw invalidResponse(`a run with odd ${reading.oddFields.join(", ")}`);
  // Parsed by this schema, whose type `readLeniently` does not pass on.
  const { next_page_token: _, ...run } = reading.data as Run;
  return run;
}

/** What a change is a change of: the states of the run and of its tasks. Durations grow all the time. */
function everyStateOf({ state, status, tasks = [] }: Run): string {
  const ofTasks = tasks.map((task) => [task.task_key, task.run_id, task.state, task.status]);
  return JSON.stringify([state, status, ofTasks]);
}

/** Whether the run will not change any more. Throws if neither form says how far it is: it would be watched for ever. */
function hasEnded(run: Run): boolean {
  if (stateOfRun(run) === undefined) throw invalidResponse("a run without a state");
  return hasRunEnded(run);
}

function line(content: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(content)}\n`);
}
