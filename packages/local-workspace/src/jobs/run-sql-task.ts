import { SqlError } from "@front-door/sql-engine";
import { openFile } from "../files/volume-folder.ts";
import { locate, namesIn } from "../files/volume-path.ts";
import { ApiError } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import { statementRequest, statementRequestSchema } from "../statement-execution/statement-request.ts";
import type { Workspace } from "../workspace.ts";
import type { Task, TaskParameters } from "./job-settings.ts";
import type { TaskRun } from "./job-state.ts";
import { splitStatements } from "./split-statements.ts";

export type TaskWorkspace = Pick<Workspace, "seed" | "metastore" | "folder" | "sql">;

export interface SqlTaskRun {
  taskRun: TaskRun;
  principal: Principal;
  parameters: TaskParameters;
  /** Aborted when the task is canceled or has taken too long. */
  signal: AbortSignal;
}

type SqlTask = NonNullable<Task["sql_task"]>;

/** Runs the statements of a SQL task one after the other, in one session. Returns why it failed, or undefined. */
export async function runSqlTask(workspace: TaskWorkspace, run: SqlTaskRun): Promise<string | undefined> {
  const { taskRun, principal } = run;
  const { sql_task: task } = taskRun.task;
  if (task === undefined) throw new TypeError("not a SQL task");
  const { sessions } = workspace.sql.statements;
  const caller = { principal: principal.name, warehouseId: task.warehouse_id };
  try {
    usableWarehouse(workspace.seed, task.warehouse_id, principal);
    const text = await textOf(workspace, task, principal);
    const output = { text, warehouseId: task.warehouse_id, statementIds: [] };
    taskRun.output = output;
    const session = await sessions.open(caller, { catalog: undefined, schema: undefined }, {});
    try {
      return await runStatements(workspace, splitStatements(text), { ...run, output, session });
    } finally {
      await sessions.end(sessions.find(principal.name, session));
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof SqlError) return error.message;
    throw error;
  }
}

async function runStatements(
  { sql }: TaskWorkspace,
  statements: readonly string[],
  run: SqlTaskRun & { output: NonNullable<TaskRun["output"]>; session: string },
): Promise<string | undefined> {
  const { principal, parameters, signal, output, session } = run;
  if (statements.length === 0) return "The SQL file has no statement.";
  for (const statement of statements) {
    if (signal.aborted) return "The task was canceled.";
    const request = statementRequestSchema.parse({
      statement,
      warehouse_id: output.warehouseId,
      session_id: session,
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      disposition: "EXTERNAL_LINKS",
    });
    const kept = await sql.statements.start(principal.name, statementRequest(request));
    output.statementIds.push(kept.seen.id);
    const cancel = () => void kept.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    await kept.ended;
    signal.removeEventListener("abort", cancel);
    if (kept.state !== "SUCCEEDED") return kept.error?.message ?? "The statement was canceled.";
  }
  return undefined;
}

/** Throws ApiErrors for a text that is not there, or that the principal may not read. */
async function textOf(workspace: TaskWorkspace, task: SqlTask, principal: Principal): Promise<string> {
  const { file, query } = task;
  if (query !== undefined) throw notHere(`The saved query ${query.query_id} cannot be run: name a file.`);
  if (file === undefined) throw notHere("A SQL task must name a file: it runs no dashboards and alerts.");
  const names = namesIn(file.path);
  if (file.source === "GIT" || names[0] !== "Volumes") {
    throw notHere(`The SQL file ${file.path} cannot be run: it must be in a volume, at /Volumes/….`);
  }
  const place = locate(workspace, principal, names, "READ_VOLUME");
  const { file: handle } = await openFile(place);
  try {
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

function notHere(what: string): ApiError {
  return new ApiError(501, "NOT_IMPLEMENTED", `This is the local workspace. ${what}`);
}
