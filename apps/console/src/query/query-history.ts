import { useSyncExternalStore } from "react";
import type { ParameterValue } from "./parameters.ts";
import type { RunView } from "./query-run.ts";

export interface HistoryEntry {
  readonly sql: string;
  /** Of the statement's own markers. Entries of an older console have none. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly phase: RunView["phase"];
  readonly elapsedMs: number;
  readonly rowCount: number;
}

const key = "front-door.query-history";
const kept = 100;
const listeners = new Set<() => void>();
let entries = stored();

/** The last 100 runs of this browser, the newest first. */
export function useHistory(): readonly HistoryEntry[] {
  return useSyncExternalStore(subscribe, () => entries);
}

/** What a tab begins with that runs the entry again. */
export function contentOf({ sql, parameters = {} }: HistoryEntry) {
  return { sql, parameters };
}

export function remember(entry: HistoryEntry): void {
  change([entry, ...entries].slice(0, kept));
}

export function clearHistory(): void {
  change([]);
}

function change(next: readonly HistoryEntry[]): void {
  entries = next;
  localStorage.setItem(key, JSON.stringify(entries));
  for (const changed of listeners) changed();
}

function stored(): readonly HistoryEntry[] {
  return JSON.parse(localStorage.getItem(key) ?? "[]") as HistoryEntry[];
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
