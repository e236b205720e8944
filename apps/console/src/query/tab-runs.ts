import { useSyncExternalStore } from "react";
import type { QueryRun, RunView } from "./query-run.ts";

const runs = new Map<string, QueryRun>();
const listeners = new Set<() => void>();

/** The last run of a tab. It goes on while another tab or page is in front. */
export function useTabRun(tabId: string): QueryRun | undefined {
  return useSyncExternalStore(subscribe, () => runs.get(tabId));
}

/** Keeps the run in place of the tab's last one, which is cancelled. Undefined: the tab is closed. */
export function keepRun(tabId: string, run: QueryRun | undefined): void {
  runs.get(tabId)?.cancel();
  if (run === undefined) runs.delete(tabId);
  else runs.set(tabId, run);
  for (const changed of listeners) changed();
}

export function useRunView(run: QueryRun): RunView {
  return useSyncExternalStore(run.subscribe, run.view);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
