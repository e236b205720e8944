import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";

export const RUN_IFS = [
  "ALL_SUCCESS",
  "AT_LEAST_ONE_SUCCESS",
  "NONE_FAILED",
  "ALL_DONE",
  "AT_LEAST_ONE_FAILED",
  "ALL_FAILED",
] as const;

export type RunIf = (typeof RUN_IFS)[number];

/** By name. */
export type TaskParameters = Record<string, string>;

const parametersSchema = z.record(z.string(), z.string());

/** Fields that nothing here acts on are kept and returned. */
export const taskSchema = z.looseObject({
  task_key: z.string().regex(/^[\w-]{1,100}$/, "Task keys have letters, digits, - and _ alone."),
  depends_on: z.array(z.looseObject({ task_key: z.string() })).optional(),
  run_if: z.enum(RUN_IFS).optional(),
  max_retries: z.number().int().min(-1).optional(),
  min_retry_interval_millis: z.number().int().min(0).optional(),
  timeout_seconds: z.number().int().min(0).optional(),
  sql_task: z
    .looseObject({
      warehouse_id: z.string(),
      query: z.looseObject({ query_id: z.string() }).optional(),
      file: z.looseObject({ path: z.string(), source: z.string().optional() }).optional(),
      parameters: parametersSchema.optional(),
    })
    .optional(),
});

export type Task = z.infer<typeof taskSchema>;

export const jobSettingsSchema = z.looseObject({
  name: z.string().default("Untitled"),
  tasks: z.array(taskSchema).max(1000).default([]),
  parameters: z.array(z.looseObject({ name: z.string(), default: z.string() })).optional(),
  max_concurrent_runs: z.number().int().min(0).max(1000).optional(),
  timeout_seconds: z.number().int().min(0).optional(),
  queue: z.looseObject({ enabled: z.boolean() }).optional(),
  run_as: z
    .looseObject({ user_name: z.string().optional(), service_principal_name: z.string().optional() })
    .optional(),
});

export type JobSettings = z.infer<typeof jobSettingsSchema>;

/** Throws 400 for a duplicate key, and for a task that depends on an unknown task or, directly or not, on itself. */
export function checkTasks(tasks: readonly Task[]): void {
  const byKey = new Map(tasks.map((task) => [task.task_key, task]));
  if (byKey.size < tasks.length) throw invalidParameter("Task keys must be unique in a job.");
  const settled = new Set<string>();
  const visit = (task: Task, above: ReadonlySet<string>) => {
    if (settled.has(task.task_key)) return;
    if (above.has(task.task_key))
      throw invalidParameter(`The task ${task.task_key} depends on itself: dependencies must have no cycle.`);
    for (const { task_key: key } of task.depends_on ?? []) {
      const other = byKey.get(key);
      if (other === undefined)
        throw invalidParameter(`The task ${task.task_key} depends on ${key}, which is not in the job.`);
      visit(other, new Set([...above, task.task_key]));
    }
    settled.add(task.task_key);
  };
  for (const task of tasks) visit(task, new Set());
}

/** As `jobs/update` does it: a setting is replaced, but tasks and clusters are merged by their keys. */
export function updatedSettings(
  before: JobSettings,
  changes: Readonly<Record<string, unknown>>,
  removed: readonly string[],
): JobSettings {
  const settings: Record<string, unknown> = { ...before };
  for (const field of removed) {
    const [name = "", key] = field.split("/");
    const keyed = KEYS.get(name);
    if (key === undefined || keyed === undefined) delete settings[name];
    else settings[name] = entriesOf(settings[name]).filter((entry) => entry[keyed] !== key);
  }
  for (const [name, value] of Object.entries(changes)) {
    const keyed = KEYS.get(name);
    if (keyed === undefined) {
      settings[name] = value;
      continue;
    }
    const merged = new Map(entriesOf(settings[name]).map((entry) => [entry[keyed], entry]));
    for (const entry of entriesOf(value)) merged.set(entry[keyed], entry);
    settings[name] = [...merged.values()];
  }
  const result = jobSettingsSchema.safeParse(settings);
  if (result.success) return result.data;
  throw invalidParameter(`Invalid settings: ${result.error.issues[0]?.message}`);
}

const KEYS: ReadonlyMap<string, string> = new Map([
  ["tasks", "task_key"],
  ["job_clusters", "job_cluster_key"],
]);

const entriesSchema = z.array(z.record(z.string(), z.unknown())).default([]);

function entriesOf(list: unknown): Record<string, unknown>[] {
  const { data } = entriesSchema.safeParse(list);
  if (data === undefined) throw invalidParameter("tasks and job_clusters must be lists of objects.");
  return data;
}
