import { useSyncExternalStore } from "react";
import type { ChartChoice } from "./chart/chart-choice.ts";
import type { ParameterValue } from "./parameters.ts";

export type ResultView = "rows" | "chart";

export interface QueryTab {
  readonly id: string;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** How results are shown. Undefined: as rows. */
  readonly view?: ResultView | undefined;
  /** Undefined: what suits the result. */
  readonly chart?: ChartChoice | undefined;
}

/** What a new tab begins with. */
export type TabContent = Partial<Omit<QueryTab, "id">>;

interface QueryTabs {
  readonly tabs: readonly [QueryTab, ...QueryTab[]];
  readonly activeId: string;
}

const key = "front-door.query-tabs";
const listeners = new Set<() => void>();
let current = stored();
let saving: ReturnType<typeof setTimeout> | undefined;

/** The tabs of this browser, which it keeps until they are closed. There is always one. */
export function useQueryTabs(): QueryTabs {
  return useSyncExternalStore(subscribe, () => current);
}

/** Opens a tab, and returns its id. An empty tab that is in front takes what has a text instead. */
export function openTab(content: TabContent = {}): string {
  const active = current.tabs.find(({ id }) => id === current.activeId);
  if (content.sql !== undefined && active?.sql.trim() === "") {
    changeTab(active.id, content);
    return active.id;
  }
  const tab = newTab(content);
  change({ tabs: [...current.tabs, tab], activeId: tab.id });
  return tab.id;
}

export function showTab(id: string): void {
  change({ ...current, activeId: id });
}

/** Closes a tab. Its neighbour comes to the front, or a new one. */
export function closeTab(id: string): void {
  const index = current.tabs.findIndex((tab) => tab.id === id);
  const [first = newTab(), ...others] = current.tabs.filter((tab) => tab.id !== id);
  const tabs = [first, ...others] as const;
  const activeId = id === current.activeId ? (tabs[Math.min(index, tabs.length - 1)] ?? first).id : undefined;
  change({ tabs, activeId: activeId ?? current.activeId });
}

export function changeTab(id: string, changes: TabContent): void {
  const [first, ...others] = current.tabs.map((tab) => (tab.id === id ? { ...tab, ...changes } : tab));
  if (first !== undefined) change({ ...current, tabs: [first, ...others] });
}

function change(next: QueryTabs): void {
  current = next;
  for (const changed of listeners) changed();
  clearTimeout(saving);
  saving = setTimeout(save, 300);
}

function save(): void {
  localStorage.setItem(key, JSON.stringify(current));
}
if (typeof addEventListener === "function") addEventListener("pagehide", save);

function newTab(content: TabContent = {}): QueryTab {
  return { sql: "", parameters: {}, ...content, id: crypto.randomUUID() };
}

function stored(): QueryTabs {
  const text = localStorage.getItem(key);
  if (text !== null) return JSON.parse(text) as QueryTabs;
  const tab = newTab();
  return { tabs: [tab], activeId: tab.id };
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
