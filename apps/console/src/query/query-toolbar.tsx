import { Play, Square, WandSparkles } from "lucide-react";
import { HistoryPanel } from "./history-panel.tsx";
import type { QueryRun } from "./query-run.ts";
import styles from "./query-toolbar.module.css";
import { useRunView } from "./tab-runs.ts";
import { WarehouseSelect } from "./warehouse-select.tsx";

interface QueryToolbarProps {
  readonly run: QueryRun | undefined;
  readonly sql: string;
  readonly onRun: () => void;
  readonly onSql: (sql: string) => void;
}

const runKey = navigator.userAgent.includes("Mac") ? "⌘ Enter" : "Ctrl Enter";

export function QueryToolbar({ run, sql, onRun, onSql }: QueryToolbarProps) {
  const isEmpty = sql.trim() === "";
  const format = async () => {
    const { formatted } = await import("./formatted.ts");
    onSql(formatted(sql));
  };
  return (
    <div className={styles["toolbar"]}>
      <button
        type="button"
        className="button primary"
        onClick={onRun}
        disabled={isEmpty}
        title={`Runs what is selected, or the statement that the cursor is in (${runKey})`}
      >
        <Play size={16} aria-hidden />
        Run
        <kbd className={styles["key"]}>{runKey}</kbd>
      </button>
      {run !== undefined && <CancelButton run={run} />}
      <span className={styles["space"]} />
      <button type="button" className="button quiet" onClick={() => void format()} disabled={isEmpty}>
        <WandSparkles size={16} aria-hidden />
        <span className={styles["long"]}>Format</span>
      </button>
      <HistoryPanel />
      <WarehouseSelect />
    </div>
  );
}

function CancelButton({ run }: { readonly run: QueryRun }) {
  const { phase } = useRunView(run);
  if (phase !== "running" && phase !== "waiting") return null;
  return (
    <button type="button" className="button" onClick={() => run.cancel()}>
      <Square size={14} aria-hidden />
      <span className={styles["long"]}>Cancel</span>
    </button>
  );
}
