import { ApiError } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import { visibleQuery } from "../queries/saved-queries.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import type { Workspace } from "../workspace.ts";
import type { Task, TaskParameters } from "./job-settings.ts";
import type { TaskRun } from "./job-state.ts";
import { runStatements } from "./run-statements.ts";
import { splitStatements } from "./split-statements.ts";
import { notHere, sqlFileText } from "./sql-file-text.ts";

export type TaskWorkspace = Pick<Workspace, "seed" | "metastore" | "folder" | "objects" | "sql">;

interface SqlTaskRun {
  taskRun: TaskRun;
  sqlTask: SqlTask;
  principal: Principal;
  parameters: TaskParameters;
  /** Aborted when the task is canceled or has taken too long. */
  signal: AbortSignal;
}

type SqlTask = NonNullable<Task["sql_task"]>;

/** Runs the statements of a SQL task, and notes in `taskRun` what it has run. Returns why it failed, or undefined. */
export async function runSqlTask(workspace: TaskWorkspace, run: SqlTaskRun): Promise<string | undefined> {
  const { taskRun, sqlTask, principal, parameters, signal } = run;
  const { warehouse_id: warehouseId } = sqlTask;
  try {
    usableWarehouse(workspace.seed, warehouseId, principal);
    const { text, catalog, schema } = await sqlOf(workspace, sqlTask, principal);
    const statements = splitStatements(text);
    if (statements.length === 0) return "The task's SQL has no statement.";
    const statementIds: string[] = [];
    taskRun.output = { text, warehouseId, statementIds };
    const onStatement = (id: string) => void statementIds.push(id);
    return await runStatements(workspace, {
      principal,
      warehouseId,
      statements,
      parameters,
      signal,
      onStatement,
      catalog,
      schema,
    });
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

interface TaskSql {
  text: string;
  catalog?: string | undefined;
  schema?: string | undefined;
}

async function sqlOf(
  workspace: TaskWorkspace,
  { file, query }: SqlTask,
  principal: Principal,
): Promise<TaskSql> {
  if (query !== undefined) return visibleQuery(workspace.seed, query.query_id, principal);
  if (file === undefined)
    throw notHere("A SQL task must name a file or a saved query: it runs no dashboards and alerts.");
  if (file.source === "GIT")
    throw notHere(`The SQL file ${file.path} cannot be run: it is in a Git repository.`);
  return { text: await sqlFileText(workspace, file.path, principal) };
}
