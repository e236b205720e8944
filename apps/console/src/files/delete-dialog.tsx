import { useState } from "react";
import styles from "../shell/action-dialog.module.css";
import { ActionDialog, type ActionDialogProps } from "../shell/action-dialog.tsx";
import { frontDoor } from "../shell/front-door.ts";
import { shownName } from "../shell/shown-name.ts";
import type { Entry } from "./directory-query.ts";
import { counted, sizeText } from "./file-facts.ts";
import { FileFailures } from "./file-failures.tsx";
import { forEachFew } from "./for-each.ts";
import { StoppedJob } from "./stopped-job.tsx";
import { type TreeSize, useTreeSize } from "./tree-size.ts";
import { useFileJob } from "./use-file-job.ts";

interface DeleteDialogProps extends ActionDialogProps {
  readonly entries: readonly Entry[];
}

/** Says how much goes before it goes. */
export function DeleteDialog({ entries: given, ...dialog }: DeleteDialogProps) {
  const [entries] = useState(given);
  const size = useTreeSize(entries);
  const job = useFileJob(dialog.onClose);
  const [single] = entries.length === 1 ? entries : [];
  const what = single ? `“${shownName(single.name)}”` : counted(entries.length, "entry", "entries");
  const isRunning = job.state === "running";
  const uncounted = size.error === undefined ? [] : [{ path: "", error: size.error }];
  return (
    <ActionDialog
      title={`Delete ${what}?`}
      action={isRunning ? "Deleting…" : "Delete"}
      isDanger
      canAct={!size.isCounting}
      onAct={() => job.start(async (run) => forEachFew(entries, run, remove))}
      onStop={isRunning ? job.stop : undefined}
      {...dialog}
    >
      {single === undefined && <Names entries={entries} />}
      <p role="status">{sizeWords(size, single)}</p>
      <StoppedJob job={job} done="deleted" />
      <FileFailures failures={[...uncounted, ...job.failures]} />
    </ActionDialog>
  );
}

const namesMax = 5;

function Names({ entries }: Pick<DeleteDialogProps, "entries">) {
  const others = entries.length - namesMax;
  return (
    <ul className={styles["names"]}>
      {entries.slice(0, namesMax).map(({ name }) => (
        <li key={name}>{shownName(name)}</li>
      ))}
      {others > 0 && <li>and {others.toLocaleString()} more</li>}
    </ul>
  );
}

async function remove({ path, is_directory: isDirectory }: Entry): Promise<void> {
  await (isDirectory ? frontDoor.deleteDirectory({ path, recursive: true }) : frontDoor.deleteFile({ path }));
}

function sizeWords(
  { files, folders, bytes, isCounting, error }: TreeSize,
  single: Entry | undefined,
): string {
  if (single?.is_directory === false) return `${sizeText(bytes)} will be deleted for good.`;
  const parts = [counted(files, "file"), ...(folders === 0 ? [] : [counted(folders, "folder")])];
  const amount = `${parts.join(" and ")}, ${sizeText(bytes)} in all`;
  if (isCounting) return `Counting: ${amount} so far…`;
  if (error !== undefined)
    return `At least ${amount}, will be deleted for good. The rest could not be counted.`;
  return `${amount}, will be deleted for good.`;
}
