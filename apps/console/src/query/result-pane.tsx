import { CircleCheck, CircleSlash, CircleX, LoaderCircle } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import { ExportMenu } from "./export-menu.tsx";
import type { QueryRun, RunView } from "./query-run.ts";
import styles from "./result-pane.module.css";
import { duration, phaseWords } from "./run-words.ts";
import { SortMenu } from "./sort-menu.tsx";
import type { ColumnSort } from "./sort-order.ts";
import { useRunView } from "./tab-runs.ts";
import { useSortOrder } from "./use-sort-order.ts";

const ResultGrid = lazy(async () => ({ default: (await import("./result-grid.tsx")).ResultGrid }));

/** How a run stands, and its rows. */
export function ResultPane({ run }: { readonly run: QueryRun }) {
  const view = useRunView(run);
  const { phase, rows, rowCount, error } = view;
  const [sort, setSort] = useState<ColumnSort>();
  const { order, isSorting } = useSortOrder(rows, rowCount, phase === "running" ? undefined : sort);
  if (error !== undefined) {
    return (
      <div className={styles["failure"]}>
        <ErrorView error={error} />
      </div>
    );
  }
  const hasRows = rows.columns.length > 0;
  return (
    <div className={styles["pane"]}>
      <div className={styles["bar"]}>
        <RunState {...view} />
        {isSorting && <span className="muted">Sorting …</span>}
        <span className={styles["space"]} />
        {hasRows && phase !== "running" && (
          <>
            <SortMenu columns={rows.columns} sort={sort} onSort={setSort} />
            <ExportMenu rows={rows} rowCount={rowCount} order={order} isWhole={phase === "complete"} />
          </>
        )}
      </div>
      {hasRows && (
        <Suspense fallback={null}>
          <ResultGrid
            rows={rows}
            rowCount={rowCount}
            order={order}
            sort={phase === "running" ? undefined : sort}
            onSort={setSort}
          />
        </Suspense>
      )}
    </div>
  );
}

const icons = {
  running: LoaderCircle,
  complete: CircleCheck,
  partial: CircleSlash,
  cancelled: CircleSlash,
  failed: CircleX,
};

const notes: Partial<Record<RunView["phase"], string>> = {
  partial:
    "The page holds no more. Narrow the statement, or write a file with front-door query --output-file.",
  cancelled: "The statement is being cancelled on the warehouse.",
};

/** The time ticks for the eye alone: a screen reader hears how it begins and how it ends. */
function RunState({ phase, elapsedMs, rowCount }: RunView) {
  const Icon = icons[phase];
  const words = phaseWords(phase, rowCount);
  return (
    <>
      <span className={styles["state"]} data-phase={phase} role="status">
        <Icon size={16} aria-hidden />
        {phase === "running" ? <span className="visually-hidden">Running</span> : words}
      </span>
      {phase === "running" && <span>{words}</span>}
      <span className="muted">{duration(elapsedMs)}</span>
      {notes[phase] !== undefined && <span className={`muted ${styles["note"]}`}>{notes[phase]}</span>}
    </>
  );
}
