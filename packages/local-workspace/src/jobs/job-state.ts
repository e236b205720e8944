import { join } from "node:path";
import { z } from "zod";
import { StateFile } from "../state/state-file.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { type JobSettings, jobSettingsSchema, taskSchema } from "./job-settings.ts";

const jobSchema = z.object({
  id: z.string(),
  creator: z.string(),
  createdAt: z.number(),
  settings: jobSettingsSchema,
  /** Who may see and run it, besides its creator and admins. */
  runners: z.array(z.string()),
});

export type Job = z.infer<typeof jobSchema>;

const RESULTS = [
  "SUCCESS",
  "SUCCESS_WITH_FAILURES",
  "FAILED",
  "TIMEDOUT",
  "CANCELED",
  "MAXIMUM_CONCURRENT_RUNS_REACHED",
  "EXCLUDED",
  "UPSTREAM_FAILED",
  "UPSTREAM_CANCELED",
  "DISABLED",
] as const;

export type RunResult = (typeof RESULTS)[number];

const progress = {
  phase: z.enum(["QUEUED", "BLOCKED", "PENDING", "RUNNING", "TERMINATING", "WAITING_FOR_RETRY", "ENDED"]),
  result: z.enum(RESULTS).optional(),
  message: z.string().optional(),
  startedAt: z.number(),
  /** When its compute was ready. */
  readyAt: z.number().optional(),
  endedAt: z.number().optional(),
};

const taskRunSchema = z.object({
  id: z.string(),
  task: taskSchema,
  attempt: z.number(),
  ...progress,
  /** What a SQL task has run. */
  output: z
    .object({ text: z.string(), warehouseId: z.string(), statementIds: z.array(z.string()) })
    .optional(),
});

export type TaskRun = z.infer<typeof taskRunSchema>;

const repairSchema = z.object({
  id: z.string(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  result: z.enum(RESULTS).optional(),
  message: z.string().optional(),
  taskRunIds: z.array(z.string()),
});

const runSchema = z.object({
  id: z.string(),
  /** Of a submitted run, the id of a job that nothing else has. */
  jobId: z.string(),
  type: z.enum(["JOB_RUN", "SUBMIT_RUN"]),
  name: z.string(),
  creator: z.string(),
  /** As whom its tasks run. */
  runAs: z.string(),
  /** Who may see it, besides its creator and admins. */
  viewers: z.array(z.string()),
  token: z.string().optional(),
  parameters: z.array(
    z.object({ name: z.string(), default: z.string().optional(), value: z.string().optional() }),
  ),
  timeoutSeconds: z.number(),
  ...progress,
  tasks: z.array(taskRunSchema),
  /** The first try, and then each repair. */
  history: z.array(repairSchema),
});

export type Run = z.infer<typeof runSchema>;

const stateSchema = z.object({
  version: z.literal(1),
  nextId: z.number(),
  jobs: z.array(jobSchema),
  runs: z.array(runSchema),
});

/** Databricks keeps runs for 60 days. */
const RUNS_MAX = 1000;

/** Jobs and runs on disk, the oldest first. */
export class JobState {
  readonly #file: StateFile<typeof stateSchema>;

  private constructor(file: StateFile<typeof stateSchema>) {
    this.#file = file;
  }

  /** A run that was under way when the workspace stopped has failed. */
  static async open(
    folder: StateFolder,
    seeded: readonly Omit<Job, "id" | "createdAt">[],
    now: number,
  ): Promise<JobState> {
    const path = join(folder.dir, "jobs.json");
    const file = await StateFile.open(path, folder.temporaryDir, stateSchema, () => ({
      version: 1 as const,
      nextId: 620_093_400_213,
      jobs: [],
      runs: [],
    }));
    const state = new JobState(file);
    for (const run of state.runs) {
      for (const each of [...run.tasks, run])
        if (each.phase !== "ENDED") Object.assign(each, interrupted(now));
    }
    if (file.isNew) {
      state.jobs.push(...seeded.map((job) => ({ ...job, id: state.newId(), createdAt: now })));
      await file.save();
    }
    return state;
  }

  get jobs(): Job[] {
    return this.#file.state.jobs;
  }

  get runs(): Run[] {
    return this.#file.state.runs;
  }

  job(id: string): Job | undefined {
    return this.jobs.find((job) => job.id === id);
  }

  /** The run of this id, or the one that has a task of this id, with that task. */
  run(id: string): { run: Run; taskRun?: TaskRun } | undefined {
    for (const run of this.runs) {
      if (run.id === id) return { run };
      const taskRun = run.tasks.find((each) => each.id === id);
      if (taskRun !== undefined) return { run, taskRun };
    }
    return undefined;
  }

  activeRunsOf(jobId: string): Run[] {
    return this.runs.filter((run) => run.jobId === jobId && run.phase !== "ENDED");
  }

  newId(): string {
    const { state } = this.#file;
    const id = state.nextId;
    // Gaps, so that nobody counts on ids that follow each other.
    state.nextId += 137;
    return String(id);
  }

  /** Forgets the oldest ended runs if there are too many. */
  addRun(run: Run): void {
    const { runs } = this;
    runs.push(run);
    const surplus = runs.length - RUNS_MAX;
    const oldest = runs.filter(({ phase }) => phase === "ENDED").slice(0, Math.max(0, surplus));
    for (const each of oldest) runs.splice(runs.indexOf(each), 1);
  }

  removeJob(job: Job): void {
    this.jobs.splice(this.jobs.indexOf(job), 1);
  }

  save(): Promise<void> {
    return this.#file.save();
  }
}

function interrupted(now: number) {
  const message = "The local workspace was stopped while it ran.";
  return { phase: "ENDED", result: "FAILED", message, endedAt: now } as const;
}

/** The name of whoever the settings say that it runs as. */
export function runAsOf({ run_as: runAs }: JobSettings, creator: string): string {
  return runAs?.user_name ?? runAs?.service_principal_name ?? creator;
}
