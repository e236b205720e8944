import type { Entry } from "./directory-query.ts";

export const sortKeys = ["name", "file_size", "last_modified"] as const;
export type SortKey = (typeof sortKeys)[number];

export interface EntrySort {
  readonly by: SortKey;
  readonly descending: boolean;
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The entries with the text in their names, sorted: folders first, and `a2` before `a10`. */
export function sortedEntries(
  entries: readonly Entry[],
  { by, descending }: EntrySort,
  filter = "",
): readonly Entry[] {
  const wanted = filter.trim().toLowerCase();
  const kept = wanted === "" ? entries : entries.filter(({ name }) => name.toLowerCase().includes(wanted));
  const compare =
    by === "name" ? byName : (a: Entry, b: Entry) => (a[by] ?? 0) - (b[by] ?? 0) || byName(a, b);
  return kept.toSorted((a, b) => {
    if (a.is_directory !== b.is_directory) return a.is_directory ? -1 : 1;
    return descending ? compare(b, a) : compare(a, b);
  });
}

function byName(a: Entry, b: Entry): number {
  return names.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}

/** What a click on a column's head does: the other direction, or that column, the newest and largest first. */
export function nextSort(sort: EntrySort, by: SortKey): EntrySort {
  return sort.by === by ? { by, descending: !sort.descending } : { by, descending: by !== "name" };
}
