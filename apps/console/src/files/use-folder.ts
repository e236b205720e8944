import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { directoryQuery } from "./directory-query.ts";
import type { FolderDialog } from "./folder-bar.tsx";
import { type EntrySort, sortedEntries } from "./sorted-entries.ts";
import { useOfFolder } from "./use-of-folder.ts";
import { useSelection } from "./use-selection.ts";

export type Folder = ReturnType<typeof useFolder>;

/** What is in a folder, and what of it is shown, chosen and asked about. */
export function useFolder(path: string) {
  const { data, error, isFetching, refetch } = useQuery(directoryQuery(path));
  const [sort, setSort] = useState<EntrySort>({ by: "name", descending: false });
  const [filter, setFilter] = useOfFolder(path, "");
  const [selection, select] = useSelection(path);
  const [dialog, setDialog] = useOfFolder<FolderDialog | undefined>(path, undefined);
  /** In their order. */
  const entries = useMemo(() => sortedEntries(data ?? [], sort, filter), [data, sort, filter]);
  const chosen = useMemo(
    () => entries.filter(({ name }) => selection.chosen.has(name)),
    [entries, selection],
  );
  const openDialog = (kind: FolderDialog) => {
    if (kind === "new folder" || chosen.length > 0) setDialog(kind);
  };
  const listing = { all: data, error, isFetching, refetch, isThere: data !== undefined || error === null };
  const closeDialog = () => setDialog(undefined);
  return {
    path,
    listing,
    entries,
    sort,
    setSort,
    filter,
    setFilter,
    selection,
    select,
    chosen,
    dialog,
    openDialog,
    closeDialog,
  };
}
