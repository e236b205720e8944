import { Dialog } from "@base-ui/react/dialog";
import { useBlocker } from "@tanstack/react-router";
import type { FormEvent, ReactNode, RefObject } from "react";
import styles from "./action-dialog.module.css";

export interface ActionDialogProps {
  readonly onClose: () => void;
  /** Has the focus afterwards, where what opened the dialog may be gone. */
  readonly finalFocus?: RefObject<HTMLElement | null>;
}

interface ActionDialogFrameProps extends ActionDialogProps {
  readonly title: string;
  /** The button that does it. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly canAct: boolean;
  readonly onAct: () => void;
  /** Stops what is under way. While there is something, the dialog stays, and shows how it ends. */
  readonly onStop?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** A question before something happens. Escape, Cancel and a click beside it close it, until it happens. */
export function ActionDialog(props: ActionDialogFrameProps) {
  const { title, action, isDanger = false, onAct, onStop, onClose, finalFocus, children } = props;
  const isRunning = onStop !== undefined;
  const canAct = props.canAct && !isRunning;
  useStay(isRunning);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canAct) onAct();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && !isRunning && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          className={styles["popup"]}
          {...(finalFocus ? { finalFocus } : {})}
          {...(isDanger ? { role: "alertdialog" } : {})}
        >
          <form onSubmit={submit} className={styles["form"]} noValidate>
            <Dialog.Title className={styles["title"]}>{title}</Dialog.Title>
            {children}
            <div className={styles["buttons"]}>
              <button type="button" className="button" onClick={onStop ?? onClose}>
                {isRunning ? "Stop" : "Cancel"}
              </button>
              <button
                type="submit"
                className={`button ${isDanger ? styles["danger"] : "primary"}`}
                aria-disabled={!canAct}
                data-disabled={canAct ? undefined : ""}
              >
                {action}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Keeps the page, unless it leads to the sign-in: what was left would end with nobody told. */
function useStay(isNeeded: boolean): void {
  useBlocker({
    shouldBlockFn: ({ next }) => next.pathname !== "/sign-in",
    enableBeforeUnload: isNeeded,
    disabled: !isNeeded,
  });
}
