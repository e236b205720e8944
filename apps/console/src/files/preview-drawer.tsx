import { Dialog } from "@base-ui/react/dialog";
import { Download, X } from "lucide-react";
import { type RefObject, useRef } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { shownName } from "../shell/shown-name.ts";
import type { Entry } from "./directory-query.ts";
import { saveFiles } from "./downloads.ts";
import { sizeText, timeText } from "./file-facts.ts";
import { FileIcon } from "./file-icon.tsx";
import { FilePreview } from "./file-preview.tsx";
import styles from "./preview.module.css";

interface PreviewDrawerProps {
  readonly entry: Entry;
  readonly onClose: () => void;
  readonly finalFocus: RefObject<HTMLElement | null>;
}

/** A file beside its folder: what it is, and its beginning. */
export function PreviewDrawer({ entry, onClose, finalFocus }: PreviewDrawerProps) {
  const close = useRef<HTMLButtonElement>(null);
  const { name, path, file_size: size = 0, last_modified: time } = entry;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={styles["drawer"]} initialFocus={close} finalFocus={finalFocus}>
          <header className={styles["head"]}>
            <FileIcon name={name} isDirectory={false} size={20} />
            <div className={styles["words"]}>
              <Dialog.Title className={styles["title"]}>{shownName(name)}</Dialog.Title>
              <p className="muted">
                <span>{sizeText(size)}</span>
                {time !== undefined && <span> · {timeText(time)}</span>}
              </p>
            </div>
            <CopyButton text={path} what="the path" />
            <button type="button" className="button" onClick={() => void saveFiles([entry])}>
              <Download size={16} aria-hidden />
              <span className="wide">Download</span>
            </button>
            <Dialog.Close ref={close} className="button quiet icon" aria-label="Close" title="Close">
              <X size={16} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={styles["body"]}>
            <FilePreview key={path} entry={entry} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
