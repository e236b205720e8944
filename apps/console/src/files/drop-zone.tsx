import { UploadCloud } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { ErrorView } from "../shell/error-view.tsx";
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
  const [error, setError] = useState<Error>();
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
    setError(undefined);
    try {
      await upload(folder, await filesOfDrop(event.dataTransfer.items));
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    }
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
      {error !== undefined && <ErrorView error={error} />}
      {isOver && (
        <div className={styles["drop"]}>
          <UploadCloud size={32} aria-hidden />
          Upload to {nameOf(folder)}
        </div>
      )}
    </div>
  );
}
