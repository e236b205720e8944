import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { ApiError } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { TaskWorkspace } from "../jobs/run-sql-task.ts";
import { runStatements } from "../jobs/run-statements.ts";
import { splitStatements } from "../jobs/split-statements.ts";
import { sqlFileText } from "../jobs/sql-file-text.ts";
import type { Seed } from "../state/seed.ts";
import type { PipelineState, Update } from "./pipeline-state.ts";

type Pipeline = Seed["pipelines"][number];

/** How long each of the first states lasts. */
const PHASE_MS = 1_000;

interface RunnerParts {
  state: PipelineState;
  clock: Clock;
  workspace: TaskWorkspace;
  principals: readonly Principal[];
  logger: Logger;
}

/** Runs the updates of pipelines: it computes the materialized views of their SQL files, as tables. */
export class UpdateRunner {
  readonly #parts: RunnerParts;
  readonly #active = new Map<string, { controller: AbortController; done: Promise<void> }>();
  #isClosed = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Begins an update, and returns at once. */
  start(pipeline: Pipeline, update: Update): void {
    const controller = new AbortController();
    const done = this.#run(pipeline, update, controller.signal)
      .catch((error: unknown) => {
        this.#parts.logger.error({ err: error, update: update.id }, "an update cannot go on");
      })
      .finally(() => this.#active.delete(update.id));
    this.#active.set(update.id, { controller, done });
  }

  cancel(update: Update): void {
    this.#parts.state.enter(update, "STOPPING", this.#parts.clock.now());
    this.#active.get(update.id)?.controller.abort();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { controller } of this.#active.values()) controller.abort();
    await Promise.all(Array.from(this.#active.values(), ({ done }) => done));
  }

  async #run(pipeline: Pipeline, update: Update, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (const state of ["INITIALIZING", "SETTING_UP_TABLES", "RUNNING"] as const) {
      await clock.wait(PHASE_MS, signal);
      if (signal.aborted) break;
      await this.#enter(update, state);
    }
    const failure = signal.aborted ? undefined : await this.#compute(pipeline, update, signal);
    if (signal.aborted) await this.#enter(update, "CANCELED");
    else await this.#enter(update, failure === undefined ? "COMPLETED" : "FAILED", failure);
  }

  /** Returns why it failed, or undefined. */
  async #compute(
    pipeline: Pipeline,
    { validateOnly }: Update,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { workspace, principals } = this.#parts;
    const { catalog, schema, libraries } = pipeline.spec;
    const principal = principals.find(({ name }) => name === pipeline.creator);
    if (principal === undefined) return `The identity ${pipeline.creator} does not exist.`;
    try {
      for (const { file } of libraries) {
        const texts = splitStatements(await sqlFileText(workspace, file.path, principal));
        const statements = texts.map(asTable);
        const odd = texts[statements.indexOf(undefined)];
        if (odd !== undefined)
          return `The local workspace computes materialized views alone, got: ${odd.slice(0, 60)}`;
        if (validateOnly) continue;
        const warehouseId = pipeline.id;
        const given = { principal, warehouseId, statements: statements.filter((one) => one !== undefined) };
        const failure = await runStatements(workspace, { ...given, catalog, schema, signal });
        if (failure !== undefined) return failure;
      }
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      this.#parts.logger.error({ err: error, pipeline: pipeline.id }, "internal error");
      return "The local workspace failed. See its log for the cause.";
    }
  }

  async #enter(update: Update, state: Update["state"], error?: string): Promise<void> {
    // After the close, the state on disk belongs to nobody any more.
    if (this.#isClosed) return;
    this.#parts.state.enter(update, state, this.#parts.clock.now(), error);
    await this.#parts.state.save();
  }
}

/** The statement that computes a materialized view; undefined for anything else. */
function asTable(statement: string): string | undefined {
  const definition = /^((?:--[^\n]*\n|\s)*)CREATE\s+OR\s+REFRESH\s+MATERIALIZED\s+VIEW\s/i;
  return definition.test(statement) ? statement.replace(definition, "$1CREATE OR REPLACE TABLE ") : undefined;
}
