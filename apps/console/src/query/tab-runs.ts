import { useSyncExternalStore } from "react";
import { createStore } from "../shell/create-store.ts";
import { onPersonChange } from "../shell/credential.ts";
import type { QueryRun, RunView } from "./query-run.ts";

const runs = createStore<ReadonlyMap<string, QueryRun>>(new Map());
onPersonChange(() => {
  for (const run of runs.get().values()) run.cancel();
  runs.set(new Map());
});

/** The last run of a tab. It goes on while another tab or page is in front. */
export function useTabRun(tabId: string): QueryRun | undefined {
  return runs.use().get(tabId);
}

/** Keeps the run in place of the tab's last one, which is cancelled. Undefined: the tab is closed. */
export function keepRun(tabId: string, run: QueryRun | undefined): void {
  runs.get().get(tabId)?.cancel();
  const others = [...runs.get()].filter(([id]) => id !== tabId);
  runs.set(new Map(run === undefined ? others : [...others, [tabId, run]]));
}

export function useRunView(run: QueryRun): RunView {
  return useSyncExternalStore(run.subscribe, run.view);
}
