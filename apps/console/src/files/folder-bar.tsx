import { Copy, Download, FolderInput, Trash2, X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { SearchField } from "../shell/search-field.tsx";
import type { Entry } from "./directory-query.ts";
import { counted, sizeText } from "./file-facts.ts";
import styles from "./folder-page.module.css";

/** What asks something before it acts. */
export type FolderDialog = "new folder" | "move" | "copy" | "delete";

interface FolderBarProps {
  readonly filterField: RefObject<HTMLInputElement | null>;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly onLeaveFilter: () => void;
  /** Undefined: not yet known. */
  readonly total: number | undefined;
  readonly isFetching: boolean;
  readonly shown: number;
  readonly chosen: readonly Entry[];
  readonly onDialog: (dialog: FolderDialog) => void;
  readonly onDownload: () => void;
  readonly onClear: () => void;
}

/** Finds entries by a part of their names, and acts on those that are chosen. */
export function FolderBar(props: FolderBarProps) {
  return (
    <div className={styles["bar"]}>
      <Filter {...props} />
      <span className={styles["count"]} role="status">
        {countWords(props)}
      </span>
      {props.chosen.length > 0 && <ForChosen {...props} />}
    </div>
  );
}

function Filter({ filterField, filter, onFilter, onLeaveFilter }: FolderBarProps) {
  return (
    <SearchField
      ref={filterField}
      className={styles["filter"] ?? ""}
      label="Filter by name"
      placeholder="Filter"
      value={filter}
      onChange={(event) => onFilter(event.target.value)}
      onKeyDown={({ key }) => {
        if (key === "Escape") onFilter("");
        if (["Escape", "ArrowDown", "Enter"].includes(key)) onLeaveFilter();
      }}
    />
  );
}

function ForChosen({ chosen, onDialog, onDownload, onClear }: FolderBarProps) {
  const hasFolder = chosen.some((entry) => entry.is_directory);
  return (
    <span className={styles["actions"]}>
      {!hasFolder && (
        <Action label="Download" onClick={onDownload}>
          <Download size={16} aria-hidden />
        </Action>
      )}
      <Action label={chosen.length === 1 ? "Rename or move" : "Move"} onClick={() => onDialog("move")}>
        <FolderInput size={16} aria-hidden />
      </Action>
      <Action label="Copy" onClick={() => onDialog("copy")}>
        <Copy size={16} aria-hidden />
      </Action>
      <Action label="Delete" isDanger onClick={() => onDialog("delete")}>
        <Trash2 size={16} aria-hidden />
      </Action>
      <button
        type="button"
        className="button quiet icon"
        aria-label="Select nothing"
        title="Select nothing"
        onClick={onClear}
      >
        <X size={16} aria-hidden />
      </button>
    </span>
  );
}

interface ActionProps {
  readonly label: string;
  readonly isDanger?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Action({ label, isDanger = false, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      className={`button quiet ${isDanger ? styles["danger"] : ""}`}
      title={label}
      onClick={onClick}
    >
      {children}
      <span className="wide">{label}</span>
    </button>
  );
}

function countWords({ total, isFetching, shown, chosen, filter }: FolderBarProps): string {
  if (total === undefined) return "";
  if (chosen.length > 0) {
    const bytes = chosen.reduce((sum, { file_size: size = 0 }) => sum + size, 0);
    const hasFile = chosen.some((entry) => !entry.is_directory);
    return `${chosen.length.toLocaleString()} selected${hasFile ? `, ${sizeText(bytes)}` : ""}`;
  }
  if (isFetching && total >= 1_000) return `${counted(total, "entry", "entries")} so far…`;
  if (filter.trim() !== "") return `${shown.toLocaleString()} of ${counted(total, "entry", "entries")}`;
  return counted(total, "entry", "entries");
}
