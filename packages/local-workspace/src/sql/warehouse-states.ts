import { EventEmitter, once } from "node:events";
import type { Clock } from "../clock.ts";
import type { Seed } from "../state/seed.ts";

export const WAREHOUSE_STATES = ["STARTING", "RUNNING", "STOPPING", "STOPPED"] as const;
export type WarehouseState = (typeof WAREHOUSE_STATES)[number];

const CHANGED = "changed";

/** The states of the SQL warehouses since the start of the workspace. A statement starts the one that it is sent to. */
export class WarehouseStates {
  readonly #states: Map<string, WarehouseState>;
  readonly #changing = new Map<string, AbortController>();
  readonly #takesMs: number;
  readonly #clock: Clock;
  readonly #events = new EventEmitter().setMaxListeners(0);

  /** `takesMs`: how long a start and a stop take. With 0 both are done at once. */
  constructor(warehouses: Seed["warehouses"], takesMs: number, clock: Clock) {
    this.#states = new Map(warehouses.map(({ id, state }) => [id, state]));
    this.#takesMs = takesMs;
    this.#clock = clock;
  }

  of(id: string): WarehouseState {
    return this.#states.get(id) ?? "STOPPED";
  }

  start(id: string): void {
    const state = this.of(id);
    if (state === "STOPPED" || state === "STOPPING") void this.#pass(id, "STARTING", "RUNNING");
  }

  stop(id: string): void {
    const state = this.of(id);
    if (state === "RUNNING" || state === "STARTING") void this.#pass(id, "STOPPING", "STOPPED");
  }

  /** Puts a warehouse into a state, in which it remains until the next call. */
  set(id: string, state: WarehouseState): void {
    this.#changing.get(id)?.abort();
    this.#states.set(id, state);
    this.#events.emit(CHANGED);
  }

  /** Resolves when the warehouse runs. It is started if it is stopped. Throws once the signal is aborted. */
  async running(id: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (this.of(id) === "STOPPED") this.start(id);
      if (this.of(id) === "RUNNING") return;
      await once(this.#events, CHANGED, { signal });
    }
  }

  async #pass(id: string, by: WarehouseState, to: WarehouseState): Promise<void> {
    if (this.#takesMs === 0) return this.set(id, to);
    this.set(id, by);
    const change = new AbortController();
    this.#changing.set(id, change);
    await this.#clock.wait(this.#takesMs, change.signal);
    if (!change.signal.aborted) this.set(id, to);
  }
}
