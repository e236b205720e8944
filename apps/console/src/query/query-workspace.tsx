import { type ComponentProps, useEffect, useState } from "react";
import { errorRange } from "./error-position.ts";
import type { QueryTab } from "./kept-tabs.ts";
import { ParameterFields } from "./parameter-fields.tsx";
import { isUnfilled, parameterNames } from "./parameters.ts";
import type { QueryRun } from "./query-run.ts";
import { changeTab } from "./query-tabs.ts";
import { QueryToolbar } from "./query-toolbar.tsx";
import styles from "./query-workspace.module.css";
import { ResultPane } from "./result-pane.tsx";
import { SampleList } from "./sample-list.tsx";
import { Splitter, useSplit } from "./splitter.tsx";
import { SqlEditor } from "./sql-editor.tsx";
import type { SqlView } from "./sql-view.ts";
import { startRun } from "./start-run.ts";
import { runWords, type SqlStatement, statementAt } from "./statements.ts";
import { useTabRun } from "./tab-runs.ts";
import { tabTitle } from "./tab-title.ts";

/** One tab: its text, its parameters, and the result of its last run. */
export function QueryWorkspace({ tab }: { readonly tab: QueryTab }) {
  const [view, setView] = useState<SqlView>();
  const [editorPercent, setEditorPercent] = useSplit();
  const [cursor, setCursor] = useState({ from: 0, to: 0 });
  const [missing, setMissing] = useState<readonly string[]>([]);
  const run = useTabRun(tab.id);
  const start = () => {
    const statement = view && chosenStatement(view);
    if (statement === undefined) return;
    const unfilled = parameterNames(statement.sql).filter((name) => isUnfilled(tab.parameters[name]));
    setMissing(unfilled);
    if (unfilled.length === 0) startRun(tab.id, statement, tab.parameters);
  };
  useErrorInEditor(view, run);
  return (
    <div className={styles["workspace"]}>
      <QueryToolbar
        run={run}
        runs={runWords(tab.sql, cursor)}
        onRun={start}
        onSql={(sql) => changeTab(tab.id, { sql })}
        sql={tab.sql}
      />
      <div className={styles["split"]}>
        {/* An element's own style object is within the policy. */}
        <div className={styles["text"]} style={{ height: `${editorPercent}%` }}>
          <TextOfTab tab={tab} missing={missing} onView={setView} onSelect={setCursor} onRun={start} />
        </div>
        <Splitter label="Height of the editor" percent={editorPercent} onChange={setEditorPercent} />
        <div className={styles["result"]}>
          {run === undefined ? (
            <SampleList />
          ) : (
            <ResultPane
              key={run.startedAt.getTime()}
              name={tabTitle(tab)}
              run={run}
              view={tab.view ?? "rows"}
              chart={tab.chart}
              onChange={(changes) => changeTab(tab.id, changes)}
            />
          )}
        </div>
      </div>
    </div>
  );
}

interface TextOfTabProps extends Pick<ComponentProps<typeof SqlEditor>, "onView" | "onSelect" | "onRun"> {
  readonly tab: QueryTab;
  /** Parameters without which it cannot run. */
  readonly missing: readonly string[];
}

function TextOfTab({ tab, missing, onRun, ...ofEditor }: TextOfTabProps) {
  return (
    <>
      <div className={styles["editor"]}>
        <SqlEditor
          tabId={tab.id}
          sql={tab.sql}
          onChange={(sql) => changeTab(tab.id, { sql })}
          onRun={onRun}
          {...ofEditor}
        />
      </div>
      <ParameterFields
        names={parameterNames(tab.sql)}
        values={tab.parameters}
        onChange={(parameters) => changeTab(tab.id, { parameters })}
        missing={missing}
        onRun={onRun}
      />
    </>
  );
}

/** What is selected, or the statement that the cursor is in. */
function chosenStatement(view: SqlView): SqlStatement | undefined {
  const { from, to } = view.selection();
  if (from === to) return statementAt(view.text(), from);
  return statementAt(view.text().slice(from, to), 0) === undefined
    ? undefined
    : { sql: view.text().slice(from, to), from };
}

/** Underlines where Databricks says that the error is, as long as the statement still stands there. */
function useErrorInEditor(view: SqlView | undefined, run: QueryRun | undefined): void {
  useEffect(() => {
    if (view === undefined || run === undefined) return undefined;
    const show = () => {
      const { error } = run.view();
      const { sql, from } = run.statement;
      const range = error && errorRange(error.message, sql);
      const isThere = view.text().startsWith(sql, from);
      view.showError(
        range === undefined || error === undefined || !isThere
          ? undefined
          : { from: from + range.from, to: from + range.to, message: error.message },
      );
    };
    show();
    let shown = run.view().phase;
    return run.subscribe(() => {
      if (run.view().phase === shown) return;
      shown = run.view().phase;
      show();
    });
  }, [view, run]);
}
