import {
  Braces,
  File,
  FileArchive,
  FileImage,
  FileText,
  Folder,
  type LucideIcon,
  Table2,
} from "lucide-react";
import styles from "./file-list.module.css";
import { kindOf, type PreviewKind } from "./preview-kind.ts";

const icons: Readonly<Record<PreviewKind, LucideIcon>> = {
  text: FileText,
  csv: Table2,
  json: Braces,
  parquet: Table2,
  image: FileImage,
  pdf: FileText,
  archive: FileArchive,
  other: File,
};

interface FileIconProps {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly size?: number;
}

/** The picture for a file, by the extension of its name. Its name stands beside it. */
export function FileIcon({ name, isDirectory, size = 16 }: FileIconProps) {
  const Picture = isDirectory ? Folder : icons[kindOf(name)];
  return <Picture size={size} aria-hidden className={styles[isDirectory ? "folderIcon" : "fileIcon"]} />;
}
