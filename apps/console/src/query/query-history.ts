import { createStore } from "../shell/create-store.ts";
import { onPersonChange } from "../shell/credential.ts";
import { isRecord, keep, kept, onKeptElsewhere } from "../shell/kept.ts";
import { parametersOf } from "./kept-tabs.ts";
import type { ParameterValue } from "./parameters.ts";
import type { RunView } from "./query-run.ts";

export interface HistoryEntry {
  readonly sql: string;
  /** Of the statement's own markers. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly phase: RunView["phase"];
  readonly elapsedMs: number;
  readonly rowCount: number;
}

const key = "front-door.query-history";
const entriesMax = 100;
/** A longer statement would take the place of all others. Part of one could do something else, so it is left out whole. */
const sqlLengthMax = 100_000;
const phases = ["running", "waiting", "complete", "partial", "cancelled", "failed"];
const store = createStore(historyOf(kept(key)));
// What another window has cleared is cleared here too.
onPersonChange(clearHistory);
onKeptElsewhere(key, () => store.set(historyOf(kept(key))));

/** The last 100 runs of this browser, the newest first, or fewer where it has no more room. */
export function useHistory(): readonly HistoryEntry[] {
  return store.use();
}

/** What a tab begins with that runs the entry again. */
export function contentOf({ sql, parameters }: HistoryEntry) {
  return { sql, parameters };
}

export function remember(entry: HistoryEntry): void {
  if (entry.sql.length <= sqlLengthMax)
    keepAsManyAsFit([entry, ...historyOf(kept(key))].slice(0, entriesMax));
}

export function clearHistory(): void {
  keepAsManyAsFit([]);
}

/** The entries that a browser has kept. What is none is left out. */
export function historyOf(stored: unknown): readonly HistoryEntry[] {
  const entries = Array.isArray(stored) ? stored.filter(isEntry) : [];
  return entries.map((entry) => ({ ...entry, parameters: parametersOf(entry.parameters) }));
}

function keepAsManyAsFit(entries: readonly HistoryEntry[]): void {
  let fitting = entries;
  while (!keep(key, fitting) && fitting.length > 0) fitting = fitting.slice(0, fitting.length >> 1);
  store.set(fitting);
}

function isEntry(entry: unknown): entry is HistoryEntry {
  if (!isRecord(entry)) return false;
  const { sql, startedAt, phase, elapsedMs, rowCount } = entry;
  return (
    typeof sql === "string" &&
    typeof startedAt === "string" &&
    !Number.isNaN(Date.parse(startedAt)) &&
    typeof phase === "string" &&
    phases.includes(phase) &&
    typeof elapsedMs === "number" &&
    typeof rowCount === "number"
  );
}
