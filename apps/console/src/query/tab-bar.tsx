import { Tabs } from "@base-ui/react/tabs";
import { Plus, Undo2, X } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { QueryTab } from "./kept-tabs.ts";
import styles from "./query-page.module.css";
import { changeTab, closeTab, openTab } from "./query-tabs.ts";
import { forgetSqlView } from "./sql-view.ts";
import { TabNameDialog } from "./tab-name-dialog.tsx";
import { keepRun } from "./tab-runs.ts";
import { tabTitle } from "./tab-title.ts";

interface TabBarProps {
  readonly tabs: readonly QueryTab[];
  /** The one in front, which is always in sight. */
  readonly activeId: string;
}

/** The tabs. The Delete key closes the one that has the focus, and F2 renames it. */
export function TabBar({ tabs, activeId }: TabBarProps) {
  const list = useRef<HTMLDivElement>(null);
  const focusNext = useFocusOfActive(list, activeId);
  const [closed, setClosed] = useState<QueryTab>();
  const [renamed, setRenamed] = useState<QueryTab>();
  const close = (tab: QueryTab) => {
    forget(tab);
    if (tab.sql.trim() !== "") setClosed(tab);
  };
  return (
    <div className={styles["tabBar"]}>
      <Tabs.List ref={list} className={styles["tabs"]} aria-label="Queries" activateOnFocus>
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            tab={tab}
            onClose={() => close(tab)}
            onCloseByKey={() => {
              focusNext();
              close(tab);
            }}
            onRename={() => setRenamed(tab)}
          />
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
      {closed !== undefined && <Reopen tab={closed} onReopen={() => setClosed(undefined)} />}
      {renamed !== undefined && (
        <TabNameDialog
          tab={renamed}
          onName={(name) => changeTab(renamed.id, { name })}
          onClose={() => setRenamed(undefined)}
        />
      )}
    </div>
  );
}

/** Keeps the tab in front in sight. It has the focus, too, after the function that this returns: its tab is gone then. */
function useFocusOfActive(list: RefObject<HTMLElement | null>, activeId: string): () => void {
  const isWanted = useRef(false);
  useEffect(() => {
    const active = list.current?.querySelector<HTMLElement>("[data-active]");
    active?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (isWanted.current) active?.focus();
    isWanted.current = false;
  }, [list, activeId]);
  return () => {
    isWanted.current = true;
  };
}

interface TabProps {
  readonly tab: QueryTab;
  readonly onClose: () => void;
  readonly onCloseByKey: () => void;
  readonly onRename: () => void;
}

function Tab({ tab, onClose, onCloseByKey, onRename }: TabProps) {
  const title = tabTitle(tab);
  const keys: Readonly<Record<string, () => void>> = { Delete: onCloseByKey, F2: onRename };
  return (
    <Tabs.Tab
      value={tab.id}
      className={styles["tab"]}
      aria-keyshortcuts="Delete F2"
      title={`${tab.name ?? title} (F2 or a double click renames it, Delete closes it)`}
      onKeyDown={({ key }: KeyboardEvent) => keys[key]?.()}
      onDoubleClick={onRename}
      onAuxClick={({ button }) => {
        if (button === 1) onClose();
      }}
    >
      <span className={styles["title"]}>{title}</span>
      {/* For the pointer alone: a tab holds no button that the keyboard could reach. */}
      <span
        className={styles["close"]}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onClose();
        }}
      >
        <X size={14} />
      </span>
    </Tabs.Tab>
  );
}

interface ReopenProps {
  readonly tab: QueryTab;
  readonly onReopen: () => void;
}

function Reopen({ tab, onReopen }: ReopenProps) {
  return (
    <button
      type="button"
      className={`button quiet ${styles["undo"]}`}
      onClick={() => {
        const { id: _, ...content } = tab;
        openTab(content);
        onReopen();
      }}
    >
      <Undo2 size={16} aria-hidden />
      <span className={styles["title"]}>Reopen {tabTitle(tab)}</span>
    </button>
  );
}

function forget({ id }: QueryTab): void {
  closeTab(id);
  keepRun(id, undefined);
  // The editor of the tab keeps its state when it goes.
  setTimeout(() => forgetSqlView(id));
}
