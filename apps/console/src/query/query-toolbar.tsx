import { useRouter } from "@tanstack/react-router";
import { Link, Play, Square, WandSparkles } from "lucide-react";
import { CopyButton } from "../shell/copy-button.tsx";
import { HistoryPanel } from "./history-panel.tsx";
import type { QueryRun } from "./query-run.ts";
import styles from "./query-toolbar.module.css";
import { useRunView } from "./tab-runs.ts";
import { WarehouseSelect } from "./warehouse-select.tsx";

interface QueryToolbarProps {
  readonly run: QueryRun | undefined;
  readonly sql: string;
  /** What the button says that runs. */
  readonly runs: string;
  readonly onRun: () => void;
  readonly onSql: (sql: string) => void;
}

const runKey = navigator.userAgent.includes("Mac") ? "⌘ Enter" : "Ctrl Enter";

export function QueryToolbar({ run, sql, runs, onRun, onSql }: QueryToolbarProps) {
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
        {runs}
        <kbd className={styles["key"]}>{runKey}</kbd>
      </button>
      {run !== undefined && <CancelButton run={run} />}
      <span className={styles["space"]} />
      <button type="button" className="button quiet" onClick={() => void format()} disabled={isEmpty}>
        <WandSparkles size={16} aria-hidden />
        <span className="wide">Format</span>
      </button>
      <CopyLink sql={sql} />
      <HistoryPanel />
      <WarehouseSelect />
    </div>
  );
}

/** Servers refuse longer addresses. */
const hrefMax = 8_000;

function CopyLink({ sql }: { readonly sql: string }) {
  const { href } = useRouter().buildLocation({ to: "/query", search: { sql } });
  if (sql.trim() === "" || href.length > hrefMax) return null;
  return <CopyButton icon={Link} text={`${location.origin}${href}`} what="a link to this query" />;
}

function CancelButton({ run }: { readonly run: QueryRun }) {
  const { phase } = useRunView(run);
  if (phase !== "running" && phase !== "waiting") return null;
  return (
    <button type="button" className="button" onClick={() => run.cancel()}>
      <Square size={14} aria-hidden />
      <span className="wide">Cancel</span>
    </button>
  );
}
