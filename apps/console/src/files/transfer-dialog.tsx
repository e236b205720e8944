import { FrontDoorError } from "@front-door/api-client";
import { useState } from "react";
import { frontDoor } from "../shell/front-door.ts";
import type { Entry } from "./directory-query.ts";
import styles from "./file-dialog.module.css";
import { FileDialog, type FileDialogProps } from "./file-dialog.tsx";
import { counted } from "./file-facts.ts";
import { FileFailures } from "./file-failures.tsx";
import { FolderField } from "./folder-field.tsx";
import { nameProblem } from "./name-problem.ts";
import { type Transfer, transferEntries, transferProblem } from "./transfer-entries.ts";
import { type FileFailure, useFileJob } from "./use-file-job.ts";

interface TransferDialogProps extends FileDialogProps {
  readonly kind: Transfer["kind"];
  readonly folder: string;
  readonly entries: readonly Entry[];
}

const words = {
  move: { title: "Move", done: "moved", running: "Moving" },
  copy: { title: "Copy", done: "copied", running: "Copying" },
} as const;

/** Asks where files and folders go, and what one of them is called there. */
export function TransferDialog({ kind, folder: from, entries: given, ...dialog }: TransferDialogProps) {
  const [entries] = useState(given);
  const [single] = entries.length === 1 ? entries : [];
  const [folder, setFolder] = useState(from);
  const [name, setName] = useState(single?.name ?? "");
  const job = useFileJob(dialog.onClose);
  const { title, running } = words[kind];
  const destinationOf = (entry: Entry) =>
    `${withoutSlash(folder)}/${single === undefined ? entry.name : name}`;
  const problem = problemOf(folder, single && name) ?? transferProblem(entries, destinationOf);
  const taken = job.failures.filter(isTaken);
  const start = (overwrite: boolean) => {
    const only = overwrite ? new Set(taken.map(({ path }) => path)) : undefined;
    const transfer = { kind, entries, destinationOf, overwrite, only };
    job.run(async (signal, onFile) => transferEntries(frontDoor, transfer, signal, onFile));
  };
  const isReplacing = taken.length > 0 && taken.length === job.failures.length;
  const isUnchanged = folder === from && (single === undefined || name === single.name);
  return (
    <FileDialog
      title={`${title} ${single ? `“${single.name}”` : counted(entries.length, "entry", "entries")}`}
      action={
        job.isRunning ? `${running} … ${job.files.toLocaleString()} done` : isReplacing ? "Replace" : title
      }
      canAct={problem === undefined && (name !== "") === (single !== undefined) && !job.isRunning}
      onAct={() => start(isReplacing)}
      {...dialog}
    >
      {single !== undefined && (
        <label className={styles["field"]}>
          <span>Name</span>
          <input
            className="input"
            value={name}
            autoComplete="off"
            onChange={(event) => {
              job.forget();
              setName(event.target.value);
            }}
          />
        </label>
      )}
      <FolderField
        value={folder}
        onChange={(to) => {
          // What was taken there says nothing of another folder.
          job.forget();
          setFolder(to);
        }}
      />
      {entries.some((entry) => entry.is_directory) && (
        <p className="muted">
          Databricks has no way to {kind} a folder, so its files are {words[kind].done} one by one.
        </p>
      )}
      {problem !== undefined && !isUnchanged && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
      <FileFailures failures={job.failures} />
    </FileDialog>
  );
}

function problemOf(folder: string, name: string | undefined): string | undefined {
  const parts = withoutSlash(folder).split("/");
  if (parts[1] !== "Volumes" || parts.length < 5 || parts.slice(1).includes("")) {
    return "A folder is /Volumes/<catalog>/<schema>/<volume>, or lies below it.";
  }
  return name === undefined ? undefined : nameProblem(name);
}

function withoutSlash(folder: string): string {
  return folder.endsWith("/") ? folder.slice(0, -1) : folder;
}

function isTaken({ error }: FileFailure): boolean {
  return error instanceof FrontDoorError && error.code === "ALREADY_EXISTS";
}
