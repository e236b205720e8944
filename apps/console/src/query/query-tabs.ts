import { useSyncExternalStore } from "react";
import type { ParameterValue } from "./parameters.ts";

export interface QueryTab {
  readonly id: string;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

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

/** Opens a tab with the text. An empty tab that is in front takes it instead. */
export function openTab(sql = ""): void {
  const active = current.tabs.find(({ id }) => id === current.activeId);
  if (sql !== "" && active?.sql.trim() === "") return changeTab(active.id, { sql });
  const tab = newTab(sql);
  change({ tabs: [...current.tabs, tab], activeId: tab.id });
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

export function changeTab(id: string, changes: Partial<Omit<QueryTab, "id">>): void {
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

function newTab(sql = ""): QueryTab {
  return { id: crypto.randomUUID(), sql, parameters: {} };
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
