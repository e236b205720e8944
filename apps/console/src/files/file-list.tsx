import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, type RefObject, useEffect } from "react";
import type { Entry } from "./directory-query.ts";
import styles from "./file-list.module.css";
import { FileRow } from "./file-row.tsx";
import { clicked, nothingSelected, type Selection, selectAll, ticked } from "./selection.ts";
import { type EntrySort, nextSort, type SortKey, sortKeys } from "./sorted-entries.ts";
import { TickBox } from "./tick-box.tsx";
import { type ListActions, useListKeys } from "./use-list-keys.ts";

/** Of a row and of the head, in CSS pixels. */
const rowHeight = 36;

interface FileListProps extends ListActions {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly label: string;
  readonly entries: readonly Entry[];
  readonly sort: EntrySort;
  readonly onSort: (sort: EntrySort) => void;
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  /** In place of rows. */
  readonly children?: ReactNode;
}

/** The entries of a folder as a grid of which only the visible rows are drawn. */
export function FileList(props: FileListProps) {
  const { list, label, entries, sort, onSort, selection, select, children, ...actions } = props;
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => entries[index]?.name ?? index,
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
    overscan: 12,
  });
  const pageRows = () => Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / rowHeight) - 2);
  const onKeyDown = useListKeys({ entries, selection, select, pageRows, ...actions });
  const activeIndex = entries.findIndex(({ name }) => name === selection.active);
  const drawn = virtual.getVirtualItems();
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex);
  }, [activeIndex, virtual]);
  return (
    <div
      ref={list}
      className={styles["list"]}
      role="grid"
      aria-label={label}
      aria-multiselectable
      aria-rowcount={entries.length + 1}
      aria-activedescendant={drawn.some(({ index }) => index === activeIndex) ? "active-file" : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <Head {...{ entries, sort, onSort, selection, select }} />
      <div className={styles["rows"]} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        <DrawnRows {...{ drawn, entries, selection, select }} />
      </div>
      {children}
    </div>
  );
}

interface DrawnRowsProps extends Pick<FileListProps, "entries" | "selection" | "select"> {
  readonly drawn: readonly VirtualItem[];
}

function DrawnRows({ drawn, entries, selection, select }: DrawnRowsProps) {
  const names = () => entries.map(({ name }) => name);
  return drawn.map(({ key, index, start }) => {
    const entry = entries[index];
    if (entry === undefined) return undefined;
    const { name } = entry;
    return (
      <FileRow
        key={key}
        entry={entry}
        index={index}
        top={start - rowHeight}
        isChosen={selection.chosen.has(name)}
        isActive={name === selection.active}
        onClick={(event) => select(clicked(selection, names(), name, event))}
        onTick={(event) => select(ticked(selection, names(), name, event))}
      />
    );
  });
}

const titles: Readonly<Record<SortKey, string>> = {
  name: "Name",
  file_size: "Size",
  last_modified: "Modified",
};

type HeadProps = Pick<FileListProps, "entries" | "sort" | "onSort" | "selection" | "select">;

function Head({ entries, sort, onSort, selection, select }: HeadProps) {
  const names = entries.map(({ name }) => name);
  const chosen = names.filter((name) => selection.chosen.has(name)).length;
  const isAll = chosen > 0 && chosen === names.length;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <div role="rowgroup" className={styles["head"]}>
      <div role="row" aria-rowindex={1} className={styles["row"]}>
        <div role="columnheader" className={styles["tick"]}>
          <button
            type="button"
            role="checkbox"
            className={styles["all"]}
            aria-label="Select all"
            aria-checked={chosen > 0 && !isAll ? "mixed" : isAll}
            onClick={() => select(isAll ? nothingSelected : selectAll(selection, names))}
          >
            <TickBox state={isAll ? "all" : chosen > 0 ? "some" : "none"} />
          </button>
        </div>
        {sortKeys.map((key) => (
          <div
            key={key}
            role="columnheader"
            className={styles[key]}
            aria-sort={sort.by !== key ? "none" : sort.descending ? "descending" : "ascending"}
          >
            <button type="button" className={styles["sort"]} onClick={() => onSort(nextSort(sort, key))}>
              {titles[key]}
              {sort.by === key && <Arrow size={12} aria-hidden />}
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
