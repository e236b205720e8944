import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { directoryQuery, type Entry } from "./directory-query.ts";
import { saveFiles } from "./downloads.ts";
import { DropZone } from "./drop-zone.tsx";
import { FileList } from "./file-list.tsx";
import { folderAddress, isVolume, nameOf, parentOf } from "./file-path.ts";
import { FolderBar, type FolderDialog } from "./folder-bar.tsx";
import { FolderHeading } from "./folder-heading.tsx";
import styles from "./folder-page.module.css";
import { NewFolderDialog } from "./new-folder-dialog.tsx";
import { PreviewDrawer } from "./preview-drawer.tsx";
import { selectOnly } from "./selection.ts";
import { type EntrySort, sortedEntries } from "./sorted-entries.ts";
import { TransferDialog } from "./transfer-dialog.tsx";
import { Transfers } from "./transfers.tsx";
import { useSelection } from "./use-selection.ts";

/** A folder: what is in it, and what can be done with that. */
export function FolderPage({ path }: { readonly path: string }) {
  const { data, error, isFetching, refetch } = useQuery(directoryQuery(path));
  const [sort, setSort] = useState<EntrySort>({ by: "name", descending: false });
  const [filter, setFilter] = useState("");
  const [selection, select] = useSelection(path);
  const [dialog, setDialog] = useState<FolderDialog>();
  const list = useRef<HTMLDivElement>(null);
  const filterField = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const entries = useMemo(() => sortedEntries(data ?? [], sort, filter), [data, sort, filter]);
  const chosen = useMemo(
    () => entries.filter(({ name }) => selection.chosen.has(name)),
    [entries, selection],
  );

  const open = (entry: Entry) => {
    if (!entry.is_directory) return void navigate({ to: ".", search: { file: entry.name } });
    setFilter("");
    void navigate({ to: folderAddress(entry.path) });
  };
  const openDialog = (kind: FolderDialog) => {
    if (kind === "new folder" || chosen.length > 0) setDialog(kind);
  };
  const isThere = data !== undefined || error === null;
  const common = { onClose: () => setDialog(undefined), finalFocus: list };
  return (
    <DropZone folder={path} className={styles["page"]}>
      <FolderHeading path={path} onNewFolder={isThere ? () => openDialog("new folder") : undefined} />
      {error !== null && <ErrorView error={error} retry={refetch} />}
      {isThere && (
        <>
          <FolderBar
            filterField={filterField}
            filter={filter}
            onFilter={setFilter}
            onLeaveFilter={() => list.current?.focus()}
            total={data?.length}
            isFetching={isFetching}
            shown={entries.length}
            chosen={chosen}
            onDialog={openDialog}
            onDownload={() => void saveFiles(chosen)}
            onClear={() => select({ ...selection, chosen: new Set() })}
          />
          <FileList
            list={list}
            label={`Files of ${nameOf(path)}`}
            entries={entries}
            sort={sort}
            onSort={setSort}
            selection={selection}
            select={select}
            open={open}
            openParent={() => {
              if (!isVolume(path)) void navigate({ to: folderAddress(parentOf(path)) });
            }}
            remove={() => openDialog("delete")}
            rename={() => openDialog("move")}
            filter={() => filterField.current?.focus()}
          >
            {entries.length === 0 && <p className={styles["empty"]}>{emptyWords(data, filter)}</p>}
          </FileList>
        </>
      )}
      <Transfers />
      {dialog === "new folder" && (
        <NewFolderDialog
          folder={path}
          entries={data ?? []}
          onMade={(name) => select(selectOnly(name))}
          {...common}
        />
      )}
      {(dialog === "move" || dialog === "copy") && (
        <TransferDialog kind={dialog} folder={path} entries={chosen} {...common} />
      )}
      {dialog === "delete" && <DeleteDialog entries={chosen} {...common} />}
      <ShownFile entries={data} list={list} />
    </DropZone>
  );
}

function ShownFile({
  entries,
  list,
}: {
  readonly entries: readonly Entry[] | undefined;
  readonly list: React.RefObject<HTMLElement | null>;
}) {
  const { file } = useSearch({ strict: false });
  const navigate = useNavigate();
  const entry = entries?.find(({ name, is_directory: isDirectory }) => name === file && !isDirectory);
  if (entry === undefined) return undefined;
  const close = () => void navigate({ to: ".", search: {} });
  return <PreviewDrawer entry={entry} onClose={close} finalFocus={list} />;
}

function emptyWords(entries: readonly Entry[] | undefined, filter: string): string {
  if (entries === undefined) return "Loading …";
  if (entries.length > 0) return `Nothing here has “${filter}” in its name.`;
  return "This folder is empty. Drop files here, or upload them.";
}
