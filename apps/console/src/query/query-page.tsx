import { Tabs } from "@base-ui/react/tabs";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import styles from "./query-page.module.css";
import { openTab, showTab, useQueryTabs } from "./query-tabs.ts";
import { QueryWorkspace } from "./query-workspace.tsx";
import { TabBar } from "./tab-bar.tsx";

/** SQL in tabs, and what it gives. */
export function QueryPage() {
  useSqlOfAddress();
  const { tabs, activeId } = useQueryTabs();
  const active = tabs.find(({ id }) => id === activeId) ?? tabs[0];
  return (
    <Tabs.Root className={styles["page"]} value={active.id} onValueChange={(id) => showTab(String(id))}>
      <h1 className="visually-hidden">Query</h1>
      <TabBar tabs={tabs} activeId={active.id} />
      <Tabs.Panel value={active.id} className={styles["panel"]} tabIndex={-1}>
        <QueryWorkspace key={active.id} tab={active} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

/** Opens the text of the address, once: a reload shows the tab that has it. */
function useSqlOfAddress(): void {
  const { sql } = useSearch({ from: "/query" });
  const navigate = useNavigate();
  useEffect(() => {
    if (sql === undefined) return;
    openTab({ sql });
    void navigate({ to: "/query", search: {}, replace: true });
  }, [sql, navigate]);
}
