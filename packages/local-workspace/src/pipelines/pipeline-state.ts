import { join } from "node:path";
import { z } from "zod";
import { StateFile } from "../state/state-file.ts";
import type { StateFolder } from "../state/state-folder.ts";

const ACTIVE = ["QUEUED", "INITIALIZING", "SETTING_UP_TABLES", "RUNNING", "STOPPING"] as const;

const updateSchema = z.object({
  id: z.string(),
  pipelineId: z.string(),
  state: z.enum([...ACTIVE, "COMPLETED", "FAILED", "CANCELED"]),
  createdAt: z.number(),
  fullRefresh: z.boolean(),
  validateOnly: z.boolean(),
});

export type Update = z.infer<typeof updateSchema>;

const eventSchema = z.object({
  id: z.string(),
  pipelineId: z.string(),
  updateId: z.string(),
  at: z.number(),
  message: z.string(),
  /** Why the update failed. */
  error: z.string().optional(),
});

const stateSchema = z.object({
  version: z.literal(1),
  updates: z.array(updateSchema),
  events: z.array(eventSchema),
});

const KEPT_MAX = 1000;

/** The updates of pipelines and what happened in them, on disk, the oldest first. */
export class PipelineState {
  readonly #file: StateFile<typeof stateSchema>;

  private constructor(file: StateFile<typeof stateSchema>) {
    this.#file = file;
  }

  /** An update that was under way when the workspace stopped has been canceled. */
  static async open(folder: StateFolder): Promise<PipelineState> {
    const path = join(folder.dir, "pipelines.json");
    const file = await StateFile.open(path, folder.temporaryDir, stateSchema, () => ({
      version: 1 as const,
      updates: [],
      events: [],
    }));
    const state = new PipelineState(file);
    for (const update of state.#file.state.updates) if (isActive(update)) update.state = "CANCELED";
    return state;
  }

  updatesOf(pipelineId: string): Update[] {
    return this.#file.state.updates.filter((update) => update.pipelineId === pipelineId);
  }

  eventsOf(pipelineId: string): z.infer<typeof eventSchema>[] {
    return this.#file.state.events.filter((event) => event.pipelineId === pipelineId);
  }

  add(update: Update): void {
    const { updates } = this.#file.state;
    updates.push(update);
    if (updates.length > KEPT_MAX) updates.shift();
  }

  /** Gives an update a state, and notes that it has it. */
  enter(update: Update, state: Update["state"], at: number, error?: string): void {
    update.state = state;
    const { events } = this.#file.state;
    const { id: updateId, pipelineId } = update;
    const message = `Update ${updateId.slice(0, 6)} is ${state}.`;
    events.push({ id: crypto.randomUUID(), pipelineId, updateId, at, message, error });
    if (events.length > KEPT_MAX) events.shift();
  }

  save(): Promise<void> {
    return this.#file.save();
  }
}

export function isActive({ state }: Update): boolean {
  return (ACTIVE as readonly string[]).includes(state);
}
