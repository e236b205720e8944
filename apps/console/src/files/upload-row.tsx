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
import { sizeText } from "./file-facts.ts";
import { nameOf } from "./file-path.ts";
import { TransferButton, TransferRow } from "./transfer-row.tsx";
import styles from "./transfers.module.css";
import type { ExistsAnswer, UploadItem } from "./upload-queue.ts";
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

interface UploadRowProps {
  readonly item: UploadItem;
}

export function UploadRow({ item }: UploadRowProps) {
  const { label, phase, loaded, file } = item;
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
      {phase === "exists" ? <Answers item={item} /> : <Actions item={item} />}
    </TransferRow>
  );
}

const answers: readonly (readonly [ExistsAnswer, words: string, label: string])[] = [
  ["replace", "Replace", "Replace"],
  ["keep both", "Keep both", "Keep both of"],
  ["skip", "Skip", "Skip"],
];

function Answers({ item: { id, label } }: UploadRowProps) {
  return answers.map(([answer, words, prefix]) => (
    <button
      key={answer}
      type="button"
      className="button"
      aria-label={`${prefix} ${label}`}
      onClick={() => uploads.answer(id, answer)}
    >
      {words}
    </button>
  ));
}

function Actions({ item: { id, label, phase } }: UploadRowProps) {
  return (
    <>
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
      {(phase === "failed" || phase === "cancelled" || phase === "skipped") && (
        <TransferButton label={`Upload ${label} again`} onClick={() => uploads.retry(id)}>
          <RotateCcw size={14} aria-hidden />
        </TransferButton>
      )}
      {(phase === "running" || phase === "paused" || phase === "waiting") && (
        <TransferButton label={`Cancel ${label}`} onClick={() => uploads.cancel(id)}>
          <X size={14} aria-hidden />
        </TransferButton>
      )}
    </>
  );
}

function stateOf({ phase, loaded, file, error, path, label }: UploadItem): string {
  const size = sizeText(file.size);
  const states: Readonly<Record<Phase, string>> = {
    waiting: `Waiting, ${size}`,
    running: loaded < file.size ? `${sizeText(loaded)} of ${size}` : "Being stored",
    paused: error === undefined ? `Paused, ${size}` : `Waits until you sign in, ${size}`,
    exists: "Exists already",
    done: nameOf(path) === nameOf(label) ? size : `Stored as ${nameOf(path)}, ${size}`,
    skipped: "Skipped",
    cancelled: "Cancelled",
    failed: error?.message ?? "Failed",
  };
  return states[phase];
}
