import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import styles from "../shell/action-dialog.module.css";
import { ActionDialog, type ActionDialogProps } from "../shell/action-dialog.tsx";
import { frontDoor } from "../shell/front-door.ts";
import type { Entry } from "./directory-query.ts";
import { listFilesAgain } from "./list-files-again.ts";
import { nameProblem } from "./name-problem.ts";

interface NewFolderDialogProps extends ActionDialogProps {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly onMade: (name: string) => void;
}

export function NewFolderDialog({ folder, entries, onMade, ...dialog }: NewFolderDialogProps) {
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: async () => frontDoor.createDirectory({ path: `${folder}/${name}` }),
    onSuccess: async () => {
      await listFilesAgain();
      onMade(name);
      dialog.onClose();
    },
  });
  // The API takes a folder that exists for one that was made.
  const isTaken = entries.some((entry) => entry.name === name);
  const problem = isTaken ? `${name} exists already.` : nameProblem(name);
  return (
    <ActionDialog
      title="New folder"
      action={make.isPending ? "Creating…" : "Create"}
      canAct={name !== "" && problem === undefined && !make.isPending}
      onAct={() => make.mutate()}
      {...dialog}
    >
      <label className={styles["field"]}>
        <span>Name</span>
        <input
          className="input"
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      {(problem ?? make.error?.message) !== undefined && name !== "" && (
        <p className={styles["problem"]} role="alert">
          {problem ?? make.error?.message}
        </p>
      )}
    </ActionDialog>
  );
}
