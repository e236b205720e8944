import type { Api } from "@front-door/api-client";
import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { queryOptions, experimental_streamedQuery as streamedQuery } from "@tanstack/react-query";
import { frontDoor } from "../shell/front-door.ts";

export type Entry = Api.DirectoryEntry;

/** As many as one page can have, so that a long list takes few requests. */
const max_results = 1_000;
/** A long list is shown as it grows, and not for each page: each time it is sorted and drawn. */
const showEveryMs = 400;

/** The key of every list of files. */
export const filesKey = [...frontDoorKey(frontDoor), "files"] as const;

/** Every entry of a folder. Until the last page has come, `data` has those that have, and it is still fetching. */
export const directoryQuery = (path: string) =>
  queryOptions({
    queryKey: [...filesKey, path] as const,
    queryFn: streamedQuery<Entry[], readonly Entry[]>({
      streamFn: ({ signal }) => entriesOf(path, signal),
      reducer: (all, more) => [...all, ...more],
      initialValue: [],
      refetchMode: "replace",
    }),
    // To compare 100,000 entries with those before costs more than to draw the visible ones.
    structuralSharing: false,
  });

async function* entriesOf(path: string, signal: AbortSignal): AsyncGenerator<Entry[]> {
  let waiting: Entry[] = [];
  let shownAt = Number.NEGATIVE_INFINITY;
  for await (const { contents } of frontDoor.listDirectory({ path, max_results }, { signal }).pages()) {
    waiting.push(...contents);
    if (performance.now() - shownAt < showEveryMs) continue;
    yield waiting;
    waiting = [];
    shownAt = performance.now();
  }
  yield waiting;
}
