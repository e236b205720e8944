import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type RefObject, useMemo, useRef, useState } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { directoryQuery, type Entry } from "./directory-query.ts";
import { saveFiles } from "./downloads.ts";
import { DropZone } from "./drop-zone.tsx";
import type { FileDialogProps } from "./file-dialog.tsx";
import { FileList } from "./file-list.tsx";
import { folderAddress, isVolume, nameOf, parentOf } from "./file-path.ts";
import { FolderBar, type FolderDialog } from "./folder-bar.tsx";
import { FolderHeading } from "./folder-heading.tsx";
import styles from "./folder-page.module.css";
import { MoveOrCopyDialog } from "./move-or-copy-dialog.tsx";
import { NewFolderDialog } from "./new-folder-dialog.tsx";
import { PreviewDrawer } from "./preview-drawer.tsx";
import { selectOnly } from "./selection.ts";
import { type EntrySort, sortedEntries } from "./sorted-entries.ts";
import { Transfers } from "./transfers.tsx";
import { useOfFolder } from "./use-of-folder.ts";
import { useSelection } from "./use-selection.ts";

/** A folder: what is in it, and what can be done with that. */
export function FolderPage({ path }: { readonly path: string }) {
  const { data, error, isFetching, refetch } = useQuery(directoryQuery(path));
  const [sort, setSort] = useState<EntrySort>({ by: "name", descending: false });
  const [filter, setFilter] = useOfFolder(path, "");
  const [selection, select] = useSelection(path);
  const [dialog, setDialog] = useOfFolder<FolderDialog | undefined>(path, undefined);
  const list = useRef<HTMLDivElement>(null);
  const filterField = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const entries = useMemo(() => sortedEntries(data ?? [], sort, filter), [data, sort, filter]);
  const chosen = useMemo(
    () => entries.filter(({ name }) => selection.chosen.has(name)),
    [entries, selection],
  );

  const open = ({ is_directory: isDirectory, name, path: below }: Entry) =>
    void navigate(isDirectory ? { to: folderAddress(below) } : { to: ".", search: { file: name } });
  const openDialog = (kind: FolderDialog) => {
    if (kind === "new folder" || chosen.length > 0) setDialog(kind);
  };
  const isThere = data !== undefined || error === null;
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
      {dialog !== undefined && (
        <Dialogs
          kind={dialog}
          path={path}
          entries={data ?? []}
          chosen={chosen}
          onMade={(name) => select(selectOnly(name))}
          onClose={() => setDialog(undefined)}
          finalFocus={list}
        />
      )}
      <ShownFile entries={data} isWhole={!isFetching} list={list} />
    </DropZone>
  );
}

interface DialogsProps extends FileDialogProps {
  readonly kind: FolderDialog;
  readonly path: string;
  readonly entries: readonly Entry[];
  readonly chosen: readonly Entry[];
  readonly onMade: (name: string) => void;
}

function Dialogs({ kind, path, entries, chosen, onMade, ...dialog }: DialogsProps) {
  if (kind === "new folder") return <NewFolderDialog folder={path} {...{ entries, onMade }} {...dialog} />;
  if (kind === "delete") return <DeleteDialog entries={chosen} {...dialog} />;
  return <MoveOrCopyDialog kind={kind} folder={path} entries={chosen} {...dialog} />;
}

interface ShownFileProps {
  readonly entries: readonly Entry[] | undefined;
  readonly isWhole: boolean;
  readonly list: RefObject<HTMLElement | null>;
}

/** The file that the address names. */
function ShownFile({ entries, isWhole, list }: ShownFileProps) {
  const { file } = useSearch({ strict: false });
  const navigate = useNavigate();
  const entry = entries?.find(({ name, is_directory: isDirectory }) => name === file && !isDirectory);
  if (entry === undefined) {
    const isMissing = file !== undefined && entries !== undefined && isWhole;
    return (
      isMissing && <p role="status">There is no file {file} here: it may have been renamed or deleted.</p>
    );
  }
  const close = () => void navigate({ to: ".", search: {} });
  return <PreviewDrawer entry={entry} onClose={close} finalFocus={list} />;
}

function emptyWords(entries: readonly Entry[] | undefined, filter: string): string {
  if (entries === undefined) return "Loading …";
  if (entries.length > 0) return `Nothing here has “${filter}” in its name.`;
  return "This folder is empty. Drop files here, or upload them.";
}
