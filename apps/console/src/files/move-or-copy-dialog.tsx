import { FrontDoorError } from "@front-door/api-client";
import { useState } from "react";
import { frontDoor } from "../shell/front-door.ts";
import { shownName } from "../shell/shown-name.ts";
import type { Entry } from "./directory-query.ts";
import styles from "./file-dialog.module.css";
import { FileDialog, type FileDialogProps } from "./file-dialog.tsx";
import { counted } from "./file-facts.ts";
import { FileFailures } from "./file-failures.tsx";
import type { FileFailure } from "./file-job-run.ts";
import { FolderField } from "./folder-field.tsx";
import { destinationProblem, type MoveOrCopy, moveOrCopy } from "./move-or-copy.ts";
import { nameProblem } from "./name-problem.ts";
import { StoppedJob } from "./stopped-job.tsx";
import { useFileJob } from "./use-file-job.ts";

interface MoveOrCopyDialogProps extends FileDialogProps {
  readonly kind: MoveOrCopy["kind"];
  readonly folder: string;
  readonly entries: readonly Entry[];
}

const words = {
  move: { title: "Move", done: "moved", running: "Moving" },
  copy: { title: "Copy", done: "copied", running: "Copying" },
} as const;

/** Asks where files and folders go, and what one of them is called there. */
export function MoveOrCopyDialog({ kind, folder: from, entries: given, ...dialog }: MoveOrCopyDialogProps) {
  const [entries] = useState(given);
  const [single] = entries.length === 1 ? entries : [];
  const to = useDestination(from, single);
  const job = useFileJob(dialog.onClose);
  const isRunning = job.state === "running";
  const { title, running, done } = words[kind];
  const problem = to.problem ?? destinationProblem(entries, to.of);
  const taken = job.failures.filter(isTaken);
  const isReplacing = taken.length > 0 && taken.length === job.failures.length;
  const start = () => {
    const replacing = new Set(isReplacing ? taken.map(({ path }) => path) : []);
    job.start(async (run) => moveOrCopy(frontDoor, { kind, entries, destinationOf: to.of, replacing }, run));
  };
  const goElsewhere = () => {
    // What was taken there says nothing of another place. What was copied is not there yet, and what was moved is gone.
    job.forget();
    if (kind === "copy") job.forgetDone();
  };
  return (
    <FileDialog
      title={`${title} ${single ? `“${shownName(single.name)}”` : counted(entries.length, "entry", "entries")}`}
      action={
        isRunning ? `${running} … ${job.doneCount.toLocaleString()} done` : isReplacing ? "Replace" : title
      }
      canAct={problem === undefined && (to.name !== "") === (single !== undefined)}
      onAct={start}
      onStop={isRunning ? job.stop : undefined}
      {...dialog}
    >
      <Destination to={to} hasName={single !== undefined} isFixed={isRunning} onChange={goElsewhere} />
      {entries.some((entry) => entry.is_directory) && (
        <p className="muted">
          Databricks has no way to {kind} a folder, so its files are {done} one by one.
        </p>
      )}
      {problem !== undefined && !to.isUnchanged && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
      <StoppedJob job={job} done={done} />
      <FileFailures failures={job.failures} />
    </FileDialog>
  );
}

type ChosenDestination = ReturnType<typeof useDestination>;

/** A folder, and a name in it for a single entry. */
function useDestination(from: string, single: Entry | undefined) {
  const [folder, setFolder] = useState(from);
  const [name, setName] = useState(single?.name ?? "");
  return {
    folder,
    setFolder,
    name,
    setName,
    of: (entry: Entry) => `${withoutSlash(folder)}/${single === undefined ? entry.name : name}`,
    problem: problemOf(folder, single && name),
    isUnchanged: folder === from && (single === undefined || name === single.name),
  };
}

interface DestinationProps {
  readonly to: ChosenDestination;
  readonly hasName: boolean;
  readonly isFixed: boolean;
  readonly onChange: () => void;
}

function Destination({ to, hasName, isFixed, onChange }: DestinationProps) {
  return (
    <>
      {hasName && (
        <label className={styles["field"]}>
          <span>Name</span>
          <input
            className="input"
            value={to.name}
            autoComplete="off"
            readOnly={isFixed}
            onChange={(event) => {
              onChange();
              to.setName(event.target.value);
            }}
          />
        </label>
      )}
      <FolderField
        value={to.folder}
        isFixed={isFixed}
        onChange={(folder) => {
          onChange();
          to.setFolder(folder);
        }}
      />
    </>
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
