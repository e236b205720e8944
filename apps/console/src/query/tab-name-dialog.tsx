import { useState } from "react";
import styles from "../shell/action-dialog.module.css";
import { ActionDialog } from "../shell/action-dialog.tsx";
import { nameLengthMax, type QueryTab } from "./kept-tabs.ts";
import { tabTitle } from "./tab-title.ts";

interface TabNameDialogProps {
  readonly tab: QueryTab;
  /** Undefined: the tab is called after its text. */
  readonly onName: (name: string | undefined) => void;
  readonly onClose: () => void;
}

export function TabNameDialog({ tab, onName, onClose }: TabNameDialogProps) {
  const [name, setName] = useState(tab.name ?? "");
  const rename = () => {
    onName(name.trim() || undefined);
    onClose();
  };
  return (
    <ActionDialog title="Rename the tab" action="Rename" canAct onAct={rename} onClose={onClose}>
      <label className={styles["field"]}>
        <span>Name</span>
        <input
          className="input"
          value={name}
          maxLength={nameLengthMax}
          placeholder={tabTitle({ sql: tab.sql })}
          autoComplete="off"
          onFocus={({ target }) => target.select()}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <p className="muted">Without a name the tab is called after its text.</p>
    </ActionDialog>
  );
}
