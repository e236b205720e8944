import { FrontDoorError } from "@front-door/api-client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import styles from "../shell/action-dialog.module.css";
import { ActionDialog, type ActionDialogProps } from "../shell/action-dialog.tsx";
import { frontDoor } from "../shell/front-door.ts";
import { shownName } from "../shell/shown-name.ts";
import { DestinationFields } from "./destination-fields.tsx";
import type { Entry } from "./directory-query.ts";
import { counted } from "./file-facts.ts";
import { FileFailures } from "./file-failures.tsx";
import type { FileFailure } from "./file-job-run.ts";
import { isFolder } from "./is-folder.ts";
import { destinationProblem, type MoveOrCopy, moveOrCopy } from "./move-or-copy.ts";
import { StoppedJob } from "./stopped-job.tsx";
import { useDestination } from "./use-destination.ts";
import { useFileJob } from "./use-file-job.ts";

interface MoveOrCopyDialogProps extends ActionDialogProps {
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
  const { job, isRunning, isAsking, isMissing, isReplacing, start, goElsewhere } = useMoveOrCopy(
    { kind, entries, destinationOf: to.of },
    to.folder === from ? undefined : to.folder,
    dialog.onClose,
  );
  const isRename = kind === "move" && single !== undefined && to.folder === from;
  const problem = to.problem ?? destinationProblem(entries, to.of);
  return (
    <ActionDialog
      title={titleOf(kind, entries)}
      action={actionOf({
        kind,
        doneCount: isRunning ? job.doneCount : undefined,
        isReplacing,
        isMissing,
        isRename,
      })}
      canAct={problem === undefined && !isAsking && (to.name !== "") === (single !== undefined)}
      onAct={start}
      onStop={isRunning ? job.stop : undefined}
      {...dialog}
    >
      <DestinationFields to={to} hasName={single !== undefined} isFixed={isRunning} onChange={goElsewhere} />
      {entries.some((entry) => entry.is_directory) && (
        <p className="muted">
          Databricks has no way to {kind} a folder, so its files are {words[kind].done} one by one.
        </p>
      )}
      {problem !== undefined && !to.isUnchanged && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
      {isMissing && job.state === "idle" && job.failures.length === 0 && (
        <p role="alert">There is no folder {shownName(to.folder)} yet. Make it?</p>
      )}
      <StoppedJob job={job} done={words[kind].done} />
      <FileFailures failures={job.failures} />
    </ActionDialog>
  );
}

/** Asks first whether another folder is there: the API makes one that is not, and so one that is mistyped. */
function useMoveOrCopy(
  what: Omit<MoveOrCopy, "replacing">,
  elsewhere: string | undefined,
  onEnd: () => void,
) {
  const job = useFileJob(onEnd);
  const taken = job.failures.filter(isTaken);
  const isReplacing = taken.length > 0 && taken.length === job.failures.length;
  const run = () => {
    const replacing = new Set(isReplacing ? taken.map(({ path }) => path) : []);
    job.start(async (each) => moveOrCopy(frontDoor, { ...what, replacing }, each));
  };
  const isThere = useMutation({ mutationFn: async (folder: string) => isFolder(frontDoor, folder) });
  return {
    job,
    isRunning: job.state === "running",
    isAsking: isThere.isPending,
    isMissing: isThere.data === false,
    isReplacing,
    start: () => {
      if (elsewhere === undefined || isThere.data !== undefined) run();
      else isThere.mutate(elsewhere, { onSuccess: (found) => found && run() });
    },
    goElsewhere: () => {
      isThere.reset();
      // What was taken there says nothing of another place. What was copied is not there yet, and what was moved is gone.
      job.forget();
      if (what.kind === "copy") job.forgetDone();
    },
  };
}

function titleOf(kind: MoveOrCopy["kind"], entries: readonly Entry[]): string {
  const [first] = entries;
  return first !== undefined && entries.length === 1
    ? `${kind === "move" ? "Rename or move" : "Copy"} “${shownName(first.name)}”`
    : `${words[kind].title} ${counted(entries.length, "entry", "entries")}`;
}

interface ActionState {
  readonly kind: MoveOrCopy["kind"];
  /** While it runs. */
  readonly doneCount: number | undefined;
  readonly isReplacing: boolean;
  readonly isMissing: boolean;
  readonly isRename: boolean;
}

function actionOf({ kind, doneCount, isReplacing, isMissing, isRename }: ActionState): string {
  if (doneCount !== undefined) return `${words[kind].running}… ${doneCount.toLocaleString()} done`;
  if (isReplacing) return "Replace";
  if (isRename) return "Rename";
  return isMissing ? `Make it and ${kind}` : words[kind].title;
}

function isTaken({ error }: FileFailure): boolean {
  return error instanceof FrontDoorError && error.code === "ALREADY_EXISTS";
}
