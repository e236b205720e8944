import { Tabs } from "@base-ui/react/tabs";
import { Plus, Undo2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { QueryTab } from "./kept-tabs.ts";
import styles from "./query-page.module.css";
import { closeTab, openTab } from "./query-tabs.ts";
import { forgetSqlView } from "./sql-view.ts";
import { keepRun } from "./tab-runs.ts";
import { tabTitle } from "./tab-title.ts";

interface TabBarProps {
  readonly tabs: readonly QueryTab[];
  /** The one in front, which is always in sight. */
  readonly activeId: string;
}

/** The tabs. The Delete key closes the one that has the focus. */
export function TabBar({ tabs, activeId }: TabBarProps) {
  const list = useRef<HTMLDivElement>(null);
  const isClosedByKey = useRef(false);
  const [closed, setClosed] = useState<QueryTab>();
  const close = (tab: QueryTab) => {
    forget(tab);
    if (tab.sql.trim() !== "") setClosed(tab);
  };
  useEffect(() => {
    const active = list.current?.querySelector<HTMLElement>("[data-active]");
    active?.scrollIntoView({ block: "nearest", inline: "nearest" });
    // The focus was on what is gone.
    if (isClosedByKey.current) active?.focus();
    isClosedByKey.current = false;
  }, [activeId]);
  return (
    <div className={styles["tabBar"]}>
      <Tabs.List ref={list} className={styles["tabs"]} aria-label="Queries" activateOnFocus>
        {tabs.map((tab) => (
          <Tabs.Tab
            key={tab.id}
            value={tab.id}
            className={styles["tab"]}
            aria-keyshortcuts="Delete"
            title={`${tabTitle(tab.sql)} (Delete closes it)`}
            onKeyDown={({ key }) => {
              if (key !== "Delete") return;
              isClosedByKey.current = true;
              close(tab);
            }}
            onAuxClick={({ button }) => {
              if (button === 1) close(tab);
            }}
          >
            <span className={styles["title"]}>{tabTitle(tab.sql)}</span>
            {/* For the pointer alone: a tab holds no button that the keyboard could reach. */}
            <span
              className={styles["close"]}
              aria-hidden
              onClick={(event) => {
                event.stopPropagation();
                close(tab);
              }}
            >
              <X size={14} />
            </span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <button
        type="button"
        className="button quiet icon"
        onClick={() => openTab()}
        aria-label="New tab"
        title="New tab"
      >
        <Plus size={16} aria-hidden />
      </button>
      {closed !== undefined && (
        <button
          type="button"
          className={`button quiet ${styles["undo"]}`}
          onClick={() => {
            const { id: _, ...content } = closed;
            openTab(content);
            setClosed(undefined);
          }}
        >
          <Undo2 size={16} aria-hidden />
          <span className={styles["title"]}>Reopen {tabTitle(closed.sql)}</span>
        </button>
      )}
    </div>
  );
}

function forget({ id }: QueryTab): void {
  closeTab(id);
  keepRun(id, undefined);
  // The editor of the tab keeps its state when it goes.
  setTimeout(() => forgetSqlView(id));
}
