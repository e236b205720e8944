import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Principal } from "../identity/principals.ts";
import type { JobState, Run, RunResult, TaskRun } from "./job-state.ts";
import { runSqlTask, type TaskWorkspace } from "./run-sql-task.ts";
import { taskParameters } from "./task-parameters.ts";
import { readinessOf, resultOf } from "./task-readiness.ts";

/** How long a run is PENDING. */
const SETUP_MS = 2_000;
/** Without a pause, a task that always fails and is always tried again would use up the machine. */
const RETRY_MS_MIN = 1_000;

interface ExecutorParts {
  state: JobState;
  clock: Clock;
  workspace: TaskWorkspace;
  principals: readonly Principal[];
  logger: Logger;
}

interface Outcome {
  result: RunResult;
  message?: string | undefined;
}

/** Runs the tasks of runs: SQL tasks on the engine, at the workspace's own time. */
export class RunExecutor {
  readonly #parts: ExecutorParts;
  readonly #active = new Map<string, { controller: AbortController; done: Promise<void> }>();
  #isClosed = false;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** Begins a run, or the repair of one: what has ended in it stays. Returns at once. */
  start(run: Run): void {
    if (this.#isClosed) return;
    const controller = new AbortController();
    const done = this.#execute(run, controller).catch((error: unknown) => {
      this.#parts.logger.error({ err: error, run: run.id }, "a run cannot go on");
    });
    this.#active.set(run.id, { controller, done });
    void done.then(() => this.#active.delete(run.id)).then(() => this.#startNext(run.jobId));
  }

  /** Asks a run to end. A run that has ended does not change. */
  cancel(run: Run): void {
    if (run.phase === "ENDED") return;
    if (run.phase === "QUEUED") this.#end(run, { result: "CANCELED", message: "Run cancelled." });
    else run.phase = "TERMINATING";
    this.#active.get(run.id)?.controller.abort("CANCELED" satisfies RunResult);
  }

  /** Lets go of all runs as they are: they fail at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { controller } of this.#active.values()) controller.abort("CANCELED" satisfies RunResult);
    await Promise.all(Array.from(this.#active.values(), ({ done }) => done));
  }

  #startNext(jobId: string): void {
    const { state } = this.#parts;
    const limit = state.job(jobId)?.settings.max_concurrent_runs ?? 1;
    const runs = state.activeRunsOf(jobId);
    const waiting = runs.filter(({ phase }) => phase === "QUEUED");
    const [next] = waiting;
    if (next === undefined || runs.length - waiting.length >= limit) return;
    next.phase = "PENDING";
    this.start(next);
  }

  async #execute(run: Run, controller: AbortController): Promise<void> {
    const { clock } = this.#parts;
    const over = new AbortController();
    void this.#endAfter(run.timeoutSeconds, controller, over.signal);
    await clock.wait(SETUP_MS, controller.signal);
    if (!controller.signal.aborted) run.phase = "RUNNING";
    run.readyAt = clock.now();
    await this.#save();
    const running = new Map<TaskRun, Promise<void>>();
    for (;;) {
      this.#startTasks(run, running, controller.signal);
      // A race of nothing never ends.
      if (running.size === 0) break;
      await Promise.race(running.values());
    }
    over.abort();
    this.#end(run, outcomeOf(run, controller.signal));
    await this.#save();
  }

  /** Starts what can start, and ends what cannot run any more. */
  #startTasks(run: Run, running: Map<TaskRun, Promise<void>>, signal: AbortSignal): void {
    const waiting = run.tasks.filter((each) => each.phase !== "ENDED" && !running.has(each));
    for (const taskRun of waiting) {
      if (signal.aborted) {
        this.#end(taskRun, { result: "CANCELED", message: "Run cancelled." });
        continue;
      }
      const readiness = readinessOf(taskRun, run.tasks);
      if (readiness.kind === "blocked") continue;
      if (readiness.kind === "skipped") {
        this.#end(taskRun, readiness);
        // Others may depend on it.
        return this.#startTasks(run, running, signal);
      }
      const task = this.#runTask(run, taskRun, signal);
      running.set(
        taskRun,
        task.finally(() => running.delete(taskRun)),
      );
    }
  }

  async #runTask(run: Run, taskRun: TaskRun, signal: AbortSignal): Promise<void> {
    const { clock, state } = this.#parts;
    const { max_retries: retries = 0, min_retry_interval_millis: pauseMs = 0 } = taskRun.task;
    for (;;) {
      taskRun.phase = "RUNNING";
      taskRun.readyAt = clock.now();
      await this.#save();
      const outcome = await this.#attempt(run, taskRun, signal);
      const isLast = retries !== -1 && taskRun.attempt >= retries;
      if (outcome.result !== "FAILED" || isLast || signal.aborted) return this.#end(taskRun, outcome);
      taskRun.phase = "WAITING_FOR_RETRY";
      taskRun.message = outcome.message;
      await this.#save();
      await clock.wait(Math.max(pauseMs, RETRY_MS_MIN), signal);
      taskRun.id = state.newId();
      taskRun.attempt += 1;
    }
  }

  async #attempt(run: Run, taskRun: TaskRun, outer: AbortSignal): Promise<Outcome> {
    const controller = new AbortController();
    const over = new AbortController();
    const abort = () => controller.abort(outer.reason);
    outer.addEventListener("abort", abort, { once: true });
    void this.#endAfter(taskRun.task.timeout_seconds ?? 0, controller, over.signal);
    try {
      const message = await this.#work(run, taskRun, controller.signal);
      if (controller.signal.aborted) return endedBy(controller.signal);
      return message === undefined ? { result: "SUCCESS" } : { result: "FAILED", message };
    } catch (error) {
      this.#parts.logger.error({ err: error, run: run.id }, "internal error");
      return { result: "FAILED", message: "The local workspace failed. See its log for the cause." };
    } finally {
      over.abort();
      outer.removeEventListener("abort", abort);
    }
  }

  /** Returns why the task failed, or undefined. */
  async #work(run: Run, taskRun: TaskRun, signal: AbortSignal): Promise<string | undefined> {
    const { workspace, principals } = this.#parts;
    const { task } = taskRun;
    if (task.sql_task === undefined) return whyNotRun(task);
    const principal = principals.find(({ name }) => name === run.runAs);
    if (principal === undefined) return `The identity ${run.runAs} does not exist.`;
    const parameters = taskParameters(run, taskRun);
    return runSqlTask(workspace, { taskRun, sqlTask: task.sql_task, principal, parameters, signal });
  }

  async #endAfter(seconds: number, controller: AbortController, over: AbortSignal): Promise<void> {
    if (seconds === 0) return;
    await this.#parts.clock.wait(seconds * 1000, over);
    if (!over.aborted) controller.abort("TIMEDOUT" satisfies RunResult);
  }

  #end(ended: Run | TaskRun, { result, message }: Outcome): void {
    const endedAt = this.#parts.clock.now();
    Object.assign(ended, { phase: "ENDED", result, message, endedAt });
    if ("history" in ended) Object.assign(ended.history.at(-1) ?? {}, { result, message, endedAt });
  }

  /** After the close, the state on disk stays as it was: it belongs to nobody any more. */
  async #save(): Promise<void> {
    if (!this.#isClosed) await this.#parts.state.save();
  }
}

function outcomeOf(run: Run, signal: AbortSignal): Outcome {
  if (signal.aborted) return endedBy(signal);
  const result = resultOf(run.tasks);
  const failed = run.tasks.find((each) => each.result === "FAILED" || each.result === "TIMEDOUT");
  if (result === "SUCCESS" || failed === undefined) return { result };
  const hasVictims = run.tasks.some((each) => each.result === "UPSTREAM_FAILED");
  const victims = hasVictims ? " This caused all downstream tasks to get skipped." : "";
  return {
    result,
    message: `Task ${failed.task.task_key} failed with message: ${failed.message}.${victims}`,
  };
}

function endedBy(signal: AbortSignal): Outcome {
  if (signal.reason === "TIMEDOUT") return { result: "TIMEDOUT", message: "The time limit was reached." };
  return { result: "CANCELED", message: "Run cancelled." };
}

function whyNotRun(task: TaskRun["task"]): string {
  if ("notebook_task" in task) return "the local workspace runs no notebooks";
  const kind = Object.keys(task).find((name) => name.endsWith("_task"));
  return kind === undefined ? "the task does not say what it does" : `the local workspace runs no ${kind}`;
}
