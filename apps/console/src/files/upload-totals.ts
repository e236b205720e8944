import { counted, sizeText } from "./file-facts.ts";
import { isUnfinished, type UploadItem } from "./upload-queue.ts";

/** All uploads in one line and one number. */
export interface UploadTotals {
  readonly words: string;
  /** Bytes that are stored or sent, of those that are to be, from 0 to 1. */
  readonly progress: number;
  readonly isUnfinished: boolean;
  /** What all of them together can do. */
  readonly next: "pause" | "resume" | undefined;
}

export function uploadTotals(items: readonly UploadItem[]): UploadTotals {
  const wanted = items.filter(({ phase }) => phase !== "skipped" && phase !== "cancelled");
  const done = wanted.filter(({ phase }) => phase === "done");
  const left = wanted.filter(isUnfinished);
  const failed = wanted.filter(({ phase }) => phase === "failed").length;
  const total = wanted.reduce((sum, { file }) => sum + file.size, 0);
  const loaded = wanted.reduce((sum, item) => sum + item.loaded, 0);
  const ends = failed > 0 ? `, ${failed.toLocaleString()} failed` : "";
  return {
    words:
      left.length > 0
        ? `Uploading ${counted(wanted.length, "file")}: ${done.length.toLocaleString()} done${ends}, ${sizeText(loaded)} of ${sizeText(total)}`
        : `${counted(done.length, "file")} uploaded${ends}`,
    // Files without bytes count too.
    progress: (loaded + done.length) / Math.max(1, total + wanted.length),
    isUnfinished: left.length > 0,
    next: left.some(({ phase }) => phase === "running" || phase === "waiting")
      ? "pause"
      : left.some(({ phase }) => phase === "paused")
        ? "resume"
        : undefined,
  };
}

const order = ["exists", "failed", "running", "paused", "waiting", "done", "skipped", "cancelled"] as const;

/** Those that want an answer first, then those that move. */
export function byUrgency(items: readonly UploadItem[]): readonly UploadItem[] {
  return items.toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || a.id - b.id);
}
