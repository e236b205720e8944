import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { SearchField } from "../shell/search-field.tsx";
import { shownName } from "../shell/shown-name.ts";
import { ObjectIcon } from "./object-icon.tsx";
import { addressesTo, canonicalAddress, placeOf } from "./place.ts";
import styles from "./tree.module.css";
import { isItem, type TreeItem, type TreeRow, treeRows } from "./tree-rows.ts";
import { useKnownCatalog, useLoadedPlaces } from "./use-known-catalog.ts";
import { useTreeKeys } from "./use-tree-keys.ts";

const rowHeight = 28;

/** Everything in the catalog, loaded as it is opened. The open page is marked, and open above. */
export function Tree() {
  const address = useRouterState({ select: ({ location }) => canonicalAddress(location.pathname) });
  const navigate = useNavigate();
  const loadedPlaces = useLoadedPlaces();
  const [filter, setFilter] = useState("");
  const [open, setOpen] = useOpenPlaces(address);
  const isFiltered = filter.trim() !== "";
  const shown = isFiltered ? loadedPlaces() : open;
  const rows = treeRows(useKnownCatalog(shown, isFiltered), (id) => shown.has(id), filter);
  const goTo = ({ id }: TreeItem) => void navigate({ to: id });
  const toggle = ({ id }: TreeItem, isOpen: boolean) => {
    setFilter("");
    setOpen((before) => {
      const after = new Set(before);
      if (isOpen) after.add(id);
      else after.delete(id);
      return after;
    });
  };
  return (
    <div className={styles["tree"]}>
      <SearchField
        className={styles["filter"] ?? ""}
        label="Filter what is loaded"
        placeholder="Filter"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      {rows.length === 0 && <p className={styles["none"]}>Nothing that is loaded has this in its name.</p>}
      <Rows rows={rows} current={address} goTo={goTo} toggle={toggle} />
    </div>
  );
}

/** What a person has opened, and what is above the open page. */
function useOpenPlaces(address: string) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const place = placeOf(address);
    if (place !== undefined) setOpen((before) => new Set([...before, ...addressesTo(place)]));
  }, [address]);
  return [open, setOpen] as const;
}

interface RowsProps {
  readonly rows: readonly TreeRow[];
  readonly current: string;
  readonly goTo: (item: TreeItem) => void;
  readonly toggle: (item: TreeItem, isOpen: boolean) => void;
}

function Rows({ rows, current, goTo, toggle }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  });
  const { active, onKeyDown, setActive } = useTreeKeys({ rows, current, goTo, toggle });
  const actions = {
    choose: (row: TreeItem) => {
      setActive(row.id);
      goTo(row);
      if (row.isOpen !== undefined) toggle(row, row.id === current ? !row.isOpen : true);
    },
    toggle,
  };
  const activeIndex = rows.findIndex(({ id }) => id === active);
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex);
  }, [activeIndex, virtual]);
  return (
    <div
      ref={scroller}
      className={styles["rows"]}
      role="tree"
      aria-label="Catalog"
      tabIndex={0}
      aria-activedescendant={activeIndex >= 0 ? domId(active) : undefined}
      onKeyDown={onKeyDown}
    >
      <div className={styles["all"]} role="none" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          if (row === undefined) return undefined;
          const place = { transform: `translateY(${start}px)`, paddingLeft: 8 + (row.level - 1) * 16 };
          if (isItem(row)) return <ItemRow key={key} {...{ row, place, current, active, ...actions }} />;
          return (
            <div key={key} className={styles["note"]} style={place} role="treeitem" aria-level={row.level}>
              {row.note}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface ItemRowProps extends Pick<RowsProps, "current" | "toggle"> {
  readonly row: TreeItem;
  readonly place: CSSProperties;
  readonly active: string | undefined;
  readonly choose: (row: TreeItem) => void;
}

function ItemRow({ row, place, current, active, choose, toggle }: ItemRowProps) {
  const { id, name, icon, level, position, setSize, isOpen } = row;
  return (
    <div
      id={domId(id)}
      className={styles["row"]}
      style={place}
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={setSize}
      aria-expanded={isOpen}
      aria-selected={id === current}
      data-active={id === active || undefined}
      title={shownName(name)}
      onClick={() => choose(row)}
    >
      <ChevronRight
        className={styles["chevron"]}
        size={14}
        aria-hidden
        onClick={(event) => {
          if (isOpen === undefined) return;
          event.stopPropagation();
          toggle(row, !isOpen);
        }}
      />
      <ObjectIcon icon={icon} />
      <span className={styles["name"]}>{shownName(name)}</span>
    </div>
  );
}

function domId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `tree:${id}`;
}
