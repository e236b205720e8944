import { Link } from "@tanstack/react-router";
import type { MouseEvent } from "react";
import { shownName } from "../shell/shown-name.ts";
import type { Entry } from "./directory-query.ts";
import { sizeText, timeText } from "./file-facts.ts";
import { FileIcon } from "./file-icon.tsx";
import styles from "./file-list.module.css";
import { folderAddress } from "./file-path.ts";
import { TickBox } from "./tick-box.tsx";

interface FileRowProps {
  readonly entry: Entry;
  readonly index: number;
  /** From the first row, in CSS pixels. */
  readonly top: number;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  readonly onClick: (event: MouseEvent) => void;
  /** The tick box was clicked. */
  readonly onTick: (event: MouseEvent) => void;
}

/** A file or a folder: its name opens it, the rest of the row chooses it. */
export function FileRow({ entry, index, top, isChosen, isActive, onClick, onTick }: FileRowProps) {
  const { name, path, is_directory: isDirectory, file_size: size, last_modified: time } = entry;
  return (
    <div
      role="row"
      id={isActive ? "active-file" : undefined}
      className={styles["row"]}
      style={{ transform: `translateY(${top}px)` }}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-active={isActive || undefined}
      onClick={onClick}
    >
      <div
        role="gridcell"
        className={styles["tick"]}
        onClick={(event) => {
          event.stopPropagation();
          onTick(event);
        }}
      >
        <TickBox state={isChosen ? "all" : "none"} />
      </div>
      <div role="gridcell" className={styles["name"]}>
        <FileIcon name={name} isDirectory={isDirectory} />
        <Link
          {...(isDirectory ? { to: folderAddress(path) } : { to: ".", search: { file: name } })}
          tabIndex={-1}
          title={shownName(name)}
          onClick={(event) => {
            // With Ctrl a link opens elsewhere, and with Shift a range is chosen.
            if (event.shiftKey) event.preventDefault();
            else event.stopPropagation();
          }}
        >
          {shownName(name)}
        </Link>
      </div>
      <div role="gridcell" className={styles["file_size"]}>
        {size !== undefined && <span title={`${size.toLocaleString()} bytes`}>{sizeText(size)}</span>}
      </div>
      <div role="gridcell" className={styles["last_modified"]}>
        {timeText(time)}
      </div>
    </div>
  );
}
