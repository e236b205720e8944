import { Dialog } from "@base-ui/react/dialog";
import { History, X } from "lucide-react";
import styles from "./history-panel.module.css";
import { clearHistory, contentOf, type HistoryEntry, useHistory } from "./query-history.ts";
import { openTab } from "./query-tabs.ts";
import { duration, phaseWords } from "./run-words.ts";

const time = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** What has run in this browser. Each entry opens in a tab. */
export function HistoryPanel() {
  const entries = useHistory();
  return (
    <Dialog.Root>
      <Dialog.Trigger className="button quiet">
        <History size={16} aria-hidden />
        <span className="wide">History</span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={styles["panel"]}>
          <div className={styles["head"]}>
            <Dialog.Title>History of this browser</Dialog.Title>
            {entries.length > 0 && (
              <button type="button" className="button quiet" onClick={clearHistory}>
                Clear
              </button>
            )}
            <Dialog.Close className="button quiet icon" aria-label="Close">
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          {entries.length === 0 && <p className={`muted ${styles["none"]}`}>Nothing has run yet.</p>}
          <ul className={styles["entries"]}>
            {entries.map((entry) => (
              <li key={entry.startedAt}>
                <Dialog.Close className={styles["entry"]} onClick={() => openTab(contentOf(entry))}>
                  <Entry {...entry} />
                </Dialog.Close>
              </li>
            ))}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Entry({ sql, parameters, startedAt, phase, elapsedMs, rowCount }: HistoryEntry) {
  return (
    <>
      <code className={styles["sql"]}>{sql}</code>
      {Object.entries(parameters).map(([name, { value, type }]) => (
        <code key={name} className={`muted ${styles["sql"]}`}>
          :{name} = {type === "NULL" ? "NULL" : value}
        </code>
      ))}
      <span className="muted">
        {time.format(new Date(startedAt))} · {duration(elapsedMs)} · {phaseWords(phase, rowCount)}
      </span>
    </>
  );
}
