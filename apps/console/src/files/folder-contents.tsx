import { useNavigate } from "@tanstack/react-router";
import { type RefObject, useRef } from "react";
import type { Entry } from "./directory-query.ts";
import { saveFiles } from "./downloads.ts";
import { FileList } from "./file-list.tsx";
import { folderAddress, isVolume, nameOf, parentOf } from "./file-path.ts";
import { FolderBar } from "./folder-bar.tsx";
import styles from "./folder-page.module.css";
import type { Folder } from "./use-folder.ts";

interface FolderContentsProps {
  readonly folder: Folder;
  readonly list: RefObject<HTMLDivElement | null>;
}

/** The entries of a folder, and what can be done with those that are chosen. */
export function FolderContents({ folder, list }: FolderContentsProps) {
  const { path, listing, entries, filter, selection, select, chosen, openDialog } = folder;
  const filterField = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const open = ({ is_directory: isDirectory, name, path: below }: Entry) =>
    void navigate(isDirectory ? { to: folderAddress(below) } : { to: ".", search: { file: name } });
  return (
    <>
      <FolderBar
        filterField={filterField}
        filter={filter}
        onFilter={folder.setFilter}
        onLeaveFilter={() => list.current?.focus()}
        total={listing.all?.length}
        isFetching={listing.isFetching}
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
        sort={folder.sort}
        onSort={folder.setSort}
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
        {entries.length === 0 && <p className={styles["empty"]}>{emptyWords(listing.all, filter)}</p>}
      </FileList>
    </>
  );
}

function emptyWords(entries: readonly Entry[] | undefined, filter: string): string {
  if (entries === undefined) return "Loading…";
  if (entries.length > 0) return `Nothing here has “${filter}” in its name.`;
  return "This folder is empty. Drop files here, or upload them.";
}
