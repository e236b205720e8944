import { FolderPlus } from "lucide-react";
import browse from "../browse/browse.module.css";
import { ObjectIcon } from "../browse/object-icon.tsx";
import { CopyButton } from "../shell/copy-button.tsx";
import { shownName } from "../shell/shown-name.ts";
import { FileCrumbs } from "./file-crumbs.tsx";
import { nameOf } from "./file-path.ts";
import styles from "./folder-page.module.css";
import { UploadMenu } from "./upload-menu.tsx";

interface FolderHeadingProps {
  readonly path: string;
  /** Undefined: nothing can be put into it. */
  readonly onNewFolder: (() => void) | undefined;
}

/** Where the folder is, and what can be put into it. */
export function FolderHeading({ path, onNewFolder }: FolderHeadingProps) {
  return (
    <header className={browse["heading"]}>
      <FileCrumbs parts={path.split("/").slice(2)} />
      <div className={browse["title"]}>
        <ObjectIcon icon="volume" size={20} />
        <h1>{shownName(nameOf(path))}</h1>
        <CopyButton text={path} what="the path" />
        {onNewFolder !== undefined && (
          <span className={`${browse["actions"]} ${styles["heading"]}`}>
            <button type="button" className="button" onClick={onNewFolder}>
              <FolderPlus size={16} aria-hidden />
              <span className="wide">New folder</span>
            </button>
            <UploadMenu folder={path} />
          </span>
        )}
      </div>
    </header>
  );
}
