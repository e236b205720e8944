import { CircleAlert, CircleCheck, CircleDashed, CircleX, Download, RotateCcw, X } from "lucide-react";
import { type DownloadItem, downloads, isUnderWay } from "./downloads.ts";
import { sizeText } from "./file-facts.ts";
import { TransferButton, TransferRow } from "./transfer-row.tsx";
import styles from "./transfers.module.css";

const icons = {
  waiting: CircleDashed,
  running: Download,
  done: CircleCheck,
  cancelled: CircleX,
  failed: CircleAlert,
};

export function DownloadRow({ item }: { readonly item: DownloadItem }) {
  const { id, name, loaded, total, phase, error } = item;
  const Icon = icons[phase];
  const states = {
    waiting: total === undefined ? "Waiting" : `Waiting, ${sizeText(total)}`,
    running: `${sizeText(loaded)}${total === undefined ? "" : ` of ${sizeText(total)}`}`,
    done: `Downloaded, ${sizeText(loaded)}`,
    cancelled: "Cancelled",
    failed: error?.message ?? "Failed",
  };
  return (
    <TransferRow
      icon={<Icon size={16} aria-hidden className={styles["icon"]} data-phase={phase} />}
      name={name}
      state={states[phase]}
      isFailed={phase === "failed"}
      progress={phase === "running" ? loaded / Math.max(1, total ?? 0) : undefined}
    >
      {(phase === "failed" || phase === "cancelled") && (
        <TransferButton label={`Download ${name} again`} onClick={() => downloads.retry(id)}>
          <RotateCcw size={14} aria-hidden />
        </TransferButton>
      )}
      {isUnderWay(item) && (
        <TransferButton label={`Cancel ${name}`} onClick={() => downloads.cancel(id)}>
          <X size={14} aria-hidden />
        </TransferButton>
      )}
    </TransferRow>
  );
}
