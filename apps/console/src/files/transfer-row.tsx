import { Progress } from "@base-ui/react/progress";
import type { ReactNode } from "react";
import { shownName } from "../shell/shown-name.ts";
import styles from "./transfers.module.css";

interface TransferRowProps {
  readonly icon: ReactNode;
  readonly name: string;
  /** In words: how far it is, or how it ended. */
  readonly state: string;
  readonly isFailed?: boolean;
  /** From 0 to 1, while it runs. */
  readonly progress?: number | undefined;
  readonly children?: ReactNode;
}

/** One file on its way, and what can be done about it. */
export function TransferRow({ icon, name, state, isFailed = false, progress, children }: TransferRowProps) {
  return (
    <li className={styles["row"]}>
      {icon}
      <span className={styles["name"]} title={shownName(name)}>
        {shownName(name)}
      </span>
      {progress !== undefined && <ProgressBar label={shownName(name)} value={progress} />}
      <span className={styles["state"]} data-failed={isFailed || undefined}>
        {state}
      </span>
      <span className={styles["actions"]}>{children}</span>
    </li>
  );
}

interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 1. */
  readonly value: number;
}

export function ProgressBar({ label, value }: ProgressBarProps) {
  return (
    <Progress.Root value={Math.floor(value * 100)} aria-label={label} className={styles["progress"]}>
      <Progress.Track className={styles["track"]}>
        <Progress.Indicator className={styles["indicator"]} />
      </Progress.Track>
    </Progress.Root>
  );
}

interface TransferButtonProps {
  /** Of the file too: "Pause a.csv". */
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function TransferButton({ label, onClick, children }: TransferButtonProps) {
  return (
    <button
      type="button"
      className={`button quiet icon ${styles["small"]}`}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
