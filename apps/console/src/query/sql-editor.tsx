import { useEffect, useRef } from "react";
import styles from "./sql-editor.module.css";
import { createSqlView, type EditorHandlers, type SqlView } from "./sql-view.ts";

interface SqlEditorProps extends EditorHandlers {
  readonly tabId: string;
  readonly sql: string;
  /** Gets the view while it is there. */
  readonly onView: (view: SqlView | undefined) => void;
}

/** The text of a tab. Its cursor and what can be undone stay while another tab is in front. */
export function SqlEditor({ tabId, sql, onView, ...handlers }: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<SqlView>(undefined);
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const created = createSqlView(host.current, tabId, {
      onChange: (text) => latest.current.onChange(text),
      onRun: () => latest.current.onRun(),
      onSelect: (selection) => latest.current.onSelect(selection),
    });
    view.current = created;
    onView(created);
    latest.current.onSelect(created.selection());
    return () => {
      created.close();
      onView(undefined);
    };
  }, [tabId, onView]);
  useEffect(() => view.current?.setText(sql), [tabId, sql]);
  return <div ref={host} className={styles["editor"]} />;
}
