import { createStore } from "../shell/create-store.ts";
import { onPersonChange } from "../shell/credential.ts";
import { isRecord, keep, kept, onKeptElsewhere } from "../shell/kept.ts";
import { mergedTabs, type QueryTab, tabsOf } from "./kept-tabs.ts";

/** What a new tab begins with. */
export type TabContent = Partial<Omit<QueryTab, "id">>;

interface QueryTabs {
  readonly tabs: readonly [QueryTab, ...QueryTab[]];
  readonly activeId: string;
}

const key = "front-door.query-tabs";
const store = createStore(storedTabs());
/** What this window and the browser's store last had in common. */
let common = tabsOf(kept(key));
let saving: ReturnType<typeof setTimeout> | undefined;

/** The tabs of this browser, which it keeps until they are closed. There is always one. */
export function useQueryTabs(): QueryTabs {
  return store.use();
}

/** Opens a tab, and returns its id. An empty tab that is in front takes what has a text instead. */
export function openTab(content: TabContent = {}): string {
  const { tabs, activeId } = store.get();
  const active = tabs.find(({ id }) => id === activeId);
  if (content.sql !== undefined && active?.sql.trim() === "") {
    changeTab(active.id, content);
    return active.id;
  }
  const tab = newTab(content);
  change({ tabs: [...tabs, tab], activeId: tab.id });
  return tab.id;
}

export function showTab(id: string): void {
  change({ ...store.get(), activeId: id });
}

/** Closes a tab. Its neighbour comes to the front, or a new one. */
export function closeTab(id: string): void {
  change(replaced(store.get().tabs.filter((tab) => tab.id !== id)));
}

export function changeTab(id: string, changes: TabContent): void {
  change(replaced(store.get().tabs.map((tab) => (tab.id === id ? { ...tab, ...changes } : tab))));
}

/** Other tabs in place of those that are there. The one in front stays there, or else what takes its place. */
function replaced(next: readonly QueryTab[]): QueryTabs {
  const { tabs, activeId } = store.get();
  const [first = newTab(), ...others] = next;
  const all = [first, ...others] as const;
  if (all.some(({ id }) => id === activeId)) return { tabs: all, activeId };
  const index = tabs.findIndex(({ id }) => id === activeId);
  return { tabs: all, activeId: (all[Math.min(index, all.length - 1)] ?? first).id };
}

function change(next: QueryTabs): void {
  store.set(next);
  clearTimeout(saving);
  saving = setTimeout(save, 300);
}

/** Takes in what another window has kept since, so that neither erases the other's tabs. */
function merge(): void {
  const there = tabsOf(kept(key));
  const merged = mergedTabs(common, store.get().tabs, there);
  common = there;
  if (JSON.stringify(merged) !== JSON.stringify(store.get().tabs)) store.set(replaced(merged));
}

function save(): void {
  merge();
  // Where there is no room, the tabs stay as long as the page.
  if (keep(key, store.get())) common = [...store.get().tabs];
}

onPersonChange(() => {
  store.set(replaced([]));
  common = [];
  keep(key, store.get());
});
onKeptElsewhere(key, merge);
globalThis.addEventListener?.("pagehide", save);

/** `crypto.randomUUID` is missing where the page came by plain http. */
function newTab(content: TabContent = {}): QueryTab {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("-");
  return { sql: "", parameters: {}, ...content, id };
}

function storedTabs(): QueryTabs {
  const stored = kept(key);
  const [first = newTab(), ...others] = tabsOf(stored);
  const activeId = isRecord(stored) ? stored["activeId"] : undefined;
  const tabs = [first, ...others] as const;
  return { tabs, activeId: (tabs.find(({ id }) => id === activeId) ?? first).id };
}
