import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { SignInLink } from "../shell/sign-in-link.tsx";
import { DownloadRow } from "./download-row.tsx";
import { downloads, isUnderWay } from "./downloads.ts";
import { ProgressBar } from "./transfer-row.tsx";
import styles from "./transfers.module.css";
import { UploadRow } from "./upload-row.tsx";
import { byUrgency, uploadTotals } from "./upload-totals.ts";
import { uploads } from "./uploads.ts";

/** A longer list is no longer read. */
const rowsMax = 100;

/** Every upload and download of this page: how far each is, and what can be done about it. */
export function Transfers() {
  const items = useSyncExternalStore(uploads.subscribe, uploads.view);
  const saved = useSyncExternalStore(downloads.subscribe, downloads.view);
  if (items.length + saved.length === 0) return undefined;
  const totals = uploadTotals(items);
  const exist = items.filter(({ phase }) => phase === "exists").length;
  return (
    <section className={styles["panel"]} aria-label="Transfers">
      <div className={styles["bar"]}>
        <h2>
          <span role="status">{items.length === 0 ? "Downloads" : totals.words}</span>
        </h2>
        <SignInLink
          error={items.find(({ phase, error }) => phase === "paused" && error !== undefined)?.error}
        />
        <ForAll
          next={totals.next}
          hasFailed={[...items, ...saved].some(({ phase }) => phase === "failed")}
          isUnderWay={totals.isUnfinished || saved.some(isUnderWay)}
        />
      </div>
      {totals.isUnfinished && <ProgressBar label="All uploads" value={totals.progress} />}
      {exist > 1 && <ExistsForAll count={exist} />}
      <ul className={styles["rows"]} tabIndex={0} aria-label="Files">
        {saved.map((item) => (
          <DownloadRow key={`download ${item.id}`} item={item} />
        ))}
        {byUrgency(items)
          .slice(0, rowsMax)
          .map((item) => (
            <UploadRow key={item.id} item={item} />
          ))}
        {items.length > rowsMax && (
          <li className={`muted ${styles["more"]}`}>And {(items.length - rowsMax).toLocaleString()} more</li>
        )}
      </ul>
    </section>
  );
}

interface ForAllProps {
  /** What all uploads can do. */
  readonly next: "pause" | "resume" | undefined;
  readonly hasFailed: boolean;
  readonly isUnderWay: boolean;
}

function ForAll({ next, hasFailed, isUnderWay: canCancel }: ForAllProps) {
  return (
    <span className={styles["actions"]}>
      {hasFailed && (
        <button type="button" className="button quiet" onClick={retryAll}>
          Retry all
        </button>
      )}
      {next === "pause" && (
        <button type="button" className="button quiet" onClick={() => uploads.pauseAll()}>
          Pause all
        </button>
      )}
      {next === "resume" && (
        <button type="button" className="button quiet" onClick={() => uploads.resumeAll()}>
          Resume all
        </button>
      )}
      {canCancel ? (
        <button type="button" className="button quiet" onClick={cancelAll}>
          Cancel all
        </button>
      ) : (
        <button
          type="button"
          className="button quiet icon"
          aria-label="Close the list of transfers"
          title="Close"
          onClick={clear}
        >
          <X size={16} aria-hidden />
        </button>
      )}
    </span>
  );
}

function retryAll(): void {
  uploads.retryAll();
  downloads.retryAll();
}

function cancelAll(): void {
  uploads.cancelAll();
  downloads.cancelAll();
}

function clear(): void {
  uploads.clear();
  downloads.clear();
}

function ExistsForAll({ count }: { readonly count: number }) {
  return (
    <div className={styles["exists"]} role="alert">
      <span>{count.toLocaleString()} files exist already.</span>
      <span className={styles["actions"]}>
        <button type="button" className="button" onClick={() => uploads.answerAll("replace")}>
          Replace all
        </button>
        <button
          type="button"
          className="button"
          aria-label="Keep both of all"
          onClick={() => uploads.answerAll("keep both")}
        >
          Keep both
        </button>
        <button type="button" className="button" onClick={() => uploads.answerAll("skip")}>
          Skip all
        </button>
      </span>
    </div>
  );
}
