import { join } from "node:path";
import { z } from "zod";
import { StateFile } from "../state/state-file.ts";
import type { StateFolder } from "../state/state-folder.ts";

/** How long a cluster is PENDING. */
export const START_MS = 5_000;
/** How long it is TERMINATING. */
const STOP_MS = 3_000;

const changeSchema = z.object({ kind: z.enum(["start", "stop"]), at: z.number(), by: z.string() });

const stateSchema = z.object({
  version: z.literal(1),
  /** By the cluster's id, the oldest first. */
  changes: z.record(z.string(), z.array(changeSchema)),
});

export type ClusterChange = z.infer<typeof changeSchema>;

/** When clusters were started and stopped. Their states and events follow from that and the time. */
export class ClusterState {
  readonly #file: StateFile<typeof stateSchema>;

  private constructor(file: StateFile<typeof stateSchema>) {
    this.#file = file;
  }

  static async open(folder: StateFolder): Promise<ClusterState> {
    const path = join(folder.dir, "clusters.json");
    const file = await StateFile.open(path, folder.temporaryDir, stateSchema, () => ({
      version: 1 as const,
      changes: {},
    }));
    return new ClusterState(file);
  }

  changes(id: string): readonly ClusterChange[] {
    return this.#file.state.changes[id] ?? [];
  }

  /** Resolves when it is on disk. */
  async add(id: string, change: ClusterChange): Promise<void> {
    (this.#file.state.changes[id] ??= []).push(change);
    await this.#file.save();
  }
}

export function stateAt(changes: readonly ClusterChange[], now: number): string {
  const last = changes.at(-1);
  if (last === undefined) return "TERMINATED";
  const passed = now - last.at;
  if (last.kind === "start") return passed < START_MS ? "PENDING" : "RUNNING";
  return passed < STOP_MS ? "TERMINATING" : "TERMINATED";
}

interface ClusterEvent {
  type: string;
  timestamp: number;
  details: object;
}

/** What has happened until now, the oldest first. A cluster that is stopped while it starts never runs. */
export function eventsOf(changes: readonly ClusterChange[], now: number): ClusterEvent[] {
  return changes.flatMap(({ kind, at, by }, index): ClusterEvent[] => {
    if (kind === "stop") {
      const reason = { code: "USER_REQUEST", type: "SUCCESS", parameters: { username: by } };
      return [{ type: "TERMINATING", timestamp: at, details: { reason } }];
    }
    const readyAt = at + START_MS;
    const isReady = readyAt <= Math.min(now, changes[index + 1]?.at ?? now);
    return [
      { type: "STARTING", timestamp: at, details: { user: by } },
      ...(isReady ? [{ type: "RUNNING", timestamp: readyAt, details: {} }] : []),
    ];
  });
}
