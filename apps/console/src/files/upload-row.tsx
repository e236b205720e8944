import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Pause,
  Play,
  RotateCcw,
  Upload,
  X,
} from "lucide-react";
import { SignInLink } from "../shell/sign-in-link.tsx";
import { sizeText } from "./file-facts.ts";
import { nameOf } from "./file-path.ts";
import { TransferButton, TransferRow } from "./transfer-row.tsx";
import styles from "./transfers.module.css";
import type { UploadItem } from "./upload-queue.ts";
import { uploads } from "./uploads.ts";

type Phase = UploadItem["phase"];

const icons: Readonly<Record<Phase, typeof Upload>> = {
  waiting: CircleDashed,
  running: Upload,
  paused: CirclePause,
  exists: CircleAlert,
  done: CircleCheck,
  skipped: CircleX,
  cancelled: CircleX,
  failed: CircleAlert,
};

export function UploadRow({ item }: { readonly item: UploadItem }) {
  const { id, label, phase, loaded, file, error } = item;
  const Icon = icons[phase];
  const isSent = phase === "running" || phase === "paused";
  return (
    <TransferRow
      icon={<Icon size={16} aria-hidden className={styles["icon"]} data-phase={phase} />}
      name={label}
      state={stateOf(item)}
      isFailed={phase === "failed"}
      progress={isSent ? loaded / Math.max(1, file.size) : undefined}
    >
      {phase === "exists" && (
        <>
          <button
            type="button"
            className="button"
            aria-label={`Replace ${label}`}
            onClick={() => uploads.answer(id, "replace")}
          >
            Replace
          </button>
          <button
            type="button"
            className="button"
            aria-label={`Keep both of ${label}`}
            onClick={() => uploads.answer(id, "keep both")}
          >
            Keep both
          </button>
          <button
            type="button"
            className="button"
            aria-label={`Skip ${label}`}
            onClick={() => uploads.answer(id, "skip")}
          >
            Skip
          </button>
        </>
      )}
      {(phase === "running" || phase === "waiting") && (
        <TransferButton label={`Pause ${label}`} onClick={() => uploads.pause(id)}>
          <Pause size={14} aria-hidden />
        </TransferButton>
      )}
      {phase === "paused" && (
        <TransferButton label={`Resume ${label}`} onClick={() => uploads.resume(id)}>
          <Play size={14} aria-hidden />
        </TransferButton>
      )}
      <SignInLink error={error} />
      {(phase === "failed" || phase === "cancelled" || phase === "skipped") && (
        <TransferButton label={`Upload ${label} again`} onClick={() => uploads.retry(id)}>
          <RotateCcw size={14} aria-hidden />
        </TransferButton>
      )}
      {(isSent || phase === "waiting") && (
        <TransferButton label={`Cancel ${label}`} onClick={() => uploads.cancel(id)}>
          <X size={14} aria-hidden />
        </TransferButton>
      )}
    </TransferRow>
  );
}

function stateOf({ phase, loaded, file, error, path, label }: UploadItem): string {
  const size = sizeText(file.size);
  const states: Readonly<Record<Phase, string>> = {
    waiting: `Waiting, ${size}`,
    running: loaded < file.size ? `${sizeText(loaded)} of ${size}` : "Being stored",
    paused: `Paused, ${size}`,
    exists: "Exists already",
    done: nameOf(path) === nameOf(label) ? size : `Stored as ${nameOf(path)}, ${size}`,
    skipped: "Skipped",
    cancelled: "Cancelled",
    failed: error?.message ?? "Failed",
  };
  return states[phase];
}
