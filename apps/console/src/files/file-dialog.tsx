import { Dialog } from "@base-ui/react/dialog";
import type { FormEvent, ReactNode, RefObject } from "react";
import styles from "./file-dialog.module.css";

export interface FileDialogProps {
  readonly onClose: () => void;
  /** Has the focus afterwards: what opened the dialog may be gone. */
  readonly finalFocus: RefObject<HTMLElement | null>;
}

interface FileDialogFrameProps extends FileDialogProps {
  readonly title: string;
  /** The button that does it. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly canAct: boolean;
  readonly onAct: () => void;
  readonly children: ReactNode;
}

/** A question before something happens to files. Escape, Cancel and a click beside it close it. */
export function FileDialog(props: FileDialogFrameProps) {
  const { title, action, isDanger = false, canAct, onAct, onClose, finalFocus, children } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canAct) onAct();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles["backdrop"]} />
        <Dialog.Popup
          className={styles["popup"]}
          finalFocus={finalFocus}
          {...(isDanger ? { role: "alertdialog" } : {})}
        >
          <form onSubmit={submit} className={styles["form"]} noValidate>
            <Dialog.Title className={styles["title"]}>{title}</Dialog.Title>
            {children}
            <div className={styles["buttons"]}>
              <Dialog.Close className="button">Cancel</Dialog.Close>
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
