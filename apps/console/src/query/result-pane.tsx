import { Tabs } from "@base-ui/react/tabs";
import { ChartColumn, CircleCheck, CircleSlash, CircleX, LoaderCircle, Rows3 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import type { ChartChoice } from "./chart/chart-choice.ts";
import { ExportMenu } from "./export/export-menu.tsx";
import { FilterField } from "./filter-field.tsx";
import type { ResultView } from "./kept-tabs.ts";
import type { QueryRun, RunView } from "./query-run.ts";
import type { TabContent } from "./query-tabs.ts";
import styles from "./result-pane.module.css";
import type { RowFilter } from "./row-filter.ts";
import { duration, phaseWords, rowsText } from "./run-words.ts";
import { SortMenu } from "./sort-menu.tsx";
import type { ColumnSort } from "./sort-order.ts";
import { useRunView } from "./tab-runs.ts";
import { useShownRows } from "./use-shown-rows.ts";

const ResultGrid = lazy(async () => ({ default: (await import("./result-grid.tsx")).ResultGrid }));
const ChartView = lazy(async () => ({ default: (await import("./chart/chart-view.tsx")).ChartView }));

interface ResultPaneProps {
  /** Of the tab. */
  readonly name: string;
  readonly run: QueryRun;
  readonly view: ResultView;
  readonly chart: ChartChoice | undefined;
  readonly onChange: (changes: Pick<TabContent, "view" | "chart">) => void;
}

/** How a run stands, and its rows: as a grid, or as a chart. */
export function ResultPane({ name, run, view, chart, onChange }: ResultPaneProps) {
  const runView = useRunView(run);
  const { phase, rows, rowCount, error } = runView;
  const [sort, setSort] = useState<ColumnSort>();
  const [filter, setFilter] = useState<RowFilter>();
  const { shown, isBusy, hasFailed } = useShownRows(rows, rowCount, filter, sort);
  if (error !== undefined) return <Failure error={error} asksAgain={phase === "waiting"} />;
  const hasRows = rows.columns.length > 0;
  const hasEnded = hasRows && phase !== "running";
  return (
    <Tabs.Root
      className={styles["pane"]}
      value={view}
      onValueChange={(next) => onChange({ view: next === "chart" ? "chart" : "rows" })}
    >
      <div className={styles["bar"]}>
        {hasRows && <ViewTabs />}
        <RunState {...runView} shownCount={shown.count} isBusy={isBusy} hasFailed={hasFailed} />
        <span className={styles["space"]} />
        {hasEnded && (
          <div className={styles["tools"]}>
            <FilterField columns={rows.columns} onFilter={setFilter} />
            <SortMenu columns={rows.columns} sort={sort} onSort={setSort} />
            <ExportMenu
              name={name}
              shown={shown}
              rowCount={rowCount}
              isWhole={phase === "complete"}
              isWaiting={isBusy}
            />
          </div>
        )}
      </div>
      {hasRows && (
        <>
          <Panel view="rows">
            <ResultGrid shown={shown} sort={sort} onSort={hasEnded ? setSort : ignore} />
          </Panel>
          <Panel view="chart">
            {hasEnded ? (
              <ChartView shown={shown} choice={chart} onChoose={(choice) => onChange({ chart: choice })} />
            ) : (
              <p className={`muted ${styles["waiting"]}`}>The chart is drawn when all rows have come.</p>
            )}
          </Panel>
        </>
      )}
    </Tabs.Root>
  );
}

function Panel({ view, children }: { readonly view: ResultView; readonly children: ReactNode }) {
  return (
    <Tabs.Panel value={view} className={styles["panel"]} tabIndex={-1}>
      <Suspense fallback={null}>{children}</Suspense>
    </Tabs.Panel>
  );
}

function Failure({ error, asksAgain }: { readonly error: Error; readonly asksAgain: boolean }) {
  return (
    <div className={styles["failure"]}>
      <ErrorView error={error} asksAgain={asksAgain} />
    </div>
  );
}

/** Rows are sorted when all of them have come. */
const ignore = () => undefined;

function ViewTabs() {
  return (
    <Tabs.List className={styles["views"]} aria-label="Result" activateOnFocus>
      <Tabs.Tab value="rows" className={styles["view"]}>
        <Rows3 size={14} aria-hidden />
        <span className="wide">Rows</span>
      </Tabs.Tab>
      <Tabs.Tab value="chart" className={styles["view"]}>
        <ChartColumn size={14} aria-hidden />
        <span className="wide">Chart</span>
      </Tabs.Tab>
    </Tabs.List>
  );
}

const icons = {
  running: LoaderCircle,
  waiting: LoaderCircle,
  complete: CircleCheck,
  partial: CircleSlash,
  cancelled: CircleSlash,
  failed: CircleX,
};

const notes: Partial<Record<RunView["phase"], string>> = {
  partial:
    "The page holds no more. Narrow the statement, or write a file with front-door query --output-file.",
  cancelled: "The front door stops the statement on the warehouse too.",
};

interface RunStateProps extends RunView {
  readonly shownCount: number;
  /** Whether rows are being filtered or sorted. */
  readonly isBusy: boolean;
  /** Whether that has failed. */
  readonly hasFailed: boolean;
}

/** The time ticks for the eye alone: a screen reader hears how it begins and how it ends. */
function RunState({ phase, elapsedMs, rowCount, shownCount, isBusy, hasFailed }: RunStateProps) {
  const Icon = icons[phase];
  const words =
    shownCount === rowCount
      ? phaseWords(phase, rowCount)
      : `${shownCount.toLocaleString()} of ${rowsText(rowCount)}`;
  return (
    <>
      <span className={styles["state"]} data-phase={phase} role="status">
        <Icon size={16} aria-hidden />
        {phase === "running" ? <span className="visually-hidden">Running</span> : words}
      </span>
      {phase === "running" && <span>{words}</span>}
      <span className="muted">{isBusy ? "Looking at the rows…" : duration(elapsedMs)}</span>
      {hasFailed && (
        <span role="alert">
          The rows could not be filtered or sorted. These are all of them, as they came.
        </span>
      )}
      {notes[phase] !== undefined && <span className={`muted ${styles["note"]}`}>{notes[phase]}</span>}
    </>
  );
}
