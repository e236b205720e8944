import { useNavigate, useSearch } from "@tanstack/react-router";
import { type RefObject, useRef } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { DropZone } from "./drop-zone.tsx";
import { FolderContents } from "./folder-contents.tsx";
import { FolderHeading } from "./folder-heading.tsx";
import styles from "./folder-page.module.css";
import { MoveOrCopyDialog } from "./move-or-copy-dialog.tsx";
import { NewFolderDialog } from "./new-folder-dialog.tsx";
import { PreviewDrawer } from "./preview-drawer.tsx";
import { selectOnly } from "./selection.ts";
import { Transfers } from "./transfers.tsx";
import { type Folder, useFolder } from "./use-folder.ts";

/** A folder: what is in it, and what can be done with that. */
export function FolderPage({ path }: { readonly path: string }) {
  const folder = useFolder(path);
  const { error, refetch, isThere } = folder.listing;
  const list = useRef<HTMLDivElement>(null);
  return (
    <DropZone folder={path} className={styles["page"]}>
      <FolderHeading path={path} onNewFolder={isThere ? () => folder.openDialog("new folder") : undefined} />
      {error !== null && <ErrorView error={error} retry={refetch} />}
      {isThere && <FolderContents folder={folder} list={list} />}
      <Transfers />
      <OpenDialog folder={folder} list={list} />
      <ShownFile {...folder.listing} list={list} />
    </DropZone>
  );
}

interface OpenDialogProps {
  readonly folder: Folder;
  readonly list: RefObject<HTMLElement | null>;
}

function OpenDialog({ folder, list }: OpenDialogProps) {
  const { dialog: kind, path, listing, chosen, select, closeDialog } = folder;
  if (kind === undefined) return undefined;
  const common = { onClose: closeDialog, finalFocus: list };
  if (kind === "delete") return <DeleteDialog entries={chosen} {...common} />;
  if (kind !== "new folder")
    return <MoveOrCopyDialog kind={kind} folder={path} entries={chosen} {...common} />;
  const onMade = (name: string) => select(selectOnly(name));
  return <NewFolderDialog folder={path} entries={listing.all ?? []} onMade={onMade} {...common} />;
}

interface ShownFileProps extends Pick<Folder["listing"], "all" | "isFetching"> {
  readonly list: RefObject<HTMLElement | null>;
}

/** The file that the address names. */
function ShownFile({ all, isFetching, list }: ShownFileProps) {
  const { file } = useSearch({ strict: false });
  const navigate = useNavigate();
  const entry = all?.find(({ name, is_directory: isDirectory }) => name === file && !isDirectory);
  if (entry === undefined) {
    const isMissing = file !== undefined && all !== undefined && !isFetching;
    return (
      isMissing && <p role="status">There is no file {file} here: it may have been renamed or deleted.</p>
    );
  }
  const close = () => void navigate({ to: ".", search: {} });
  return <PreviewDrawer entry={entry} onClose={close} finalFocus={list} />;
}
