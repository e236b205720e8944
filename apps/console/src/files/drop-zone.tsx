import { UploadCloud } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { nameOf } from "./file-path.ts";
import styles from "./folder-page.module.css";
import { filesOfDrop } from "./picked-files.ts";
import { upload } from "./uploads.ts";

interface DropZoneProps {
  readonly folder: string;
  readonly className: string | undefined;
  readonly children: ReactNode;
}

/** Uploads files and folders that are dropped anywhere on the page into a folder. */
export function DropZone({ folder, className, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    // It also leaves for what is within.
    if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
      setOver(false);
  };
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    await upload(folder, await filesOfDrop(event.dataTransfer.items));
  };
  return (
    <div
      className={className}
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={leave}
      onDrop={(event) => void drop(event)}
    >
      {children}
      {isOver && (
        <div className={styles["drop"]}>
          <UploadCloud size={32} aria-hidden />
          Upload to {nameOf(folder)}
        </div>
      )}
    </div>
  );
}
