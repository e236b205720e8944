import { Menu } from "@base-ui/react/menu";
import { ArrowDown, ArrowDownUp, ArrowUp } from "lucide-react";
import type { ResultColumn } from "./arrow-rows.ts";
import popup from "./popup.module.css";
import { type ColumnSort, nextSort } from "./sort-order.ts";

interface SortMenuProps {
  readonly columns: readonly ResultColumn[];
  readonly sort: ColumnSort | undefined;
  readonly onSort: (sort: ColumnSort | undefined) => void;
}

/** What a click on a column's head does, for the keyboard. */
export function SortMenu({ columns, sort, onSort }: SortMenuProps) {
  const Arrow = sort?.descending ? ArrowDown : ArrowUp;
  return (
    <Menu.Root>
      <Menu.Trigger className="button quiet">
        <ArrowDownUp size={16} aria-hidden />
        <span className="wide">{sort === undefined ? "Sort" : `By ${columns[sort.column]?.name ?? ""}`}</span>
        {sort !== undefined && <Arrow size={14} aria-label={sort.descending ? "descending" : "ascending"} />}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className={popup["positioner"]}>
          <Menu.Popup className={popup["popup"]}>
            {columns.map(({ name, type }, column) => (
              // Two columns can have the same name.
              <Menu.Item
                key={`${column} ${name}`}
                className={popup["item"]}
                closeOnClick={false}
                onClick={() => onSort(nextSort(sort, column))}
              >
                <span>{name}</span>
                <span className="muted">{type}</span>
                {sort?.column === column && (
                  <Arrow size={14} aria-label={sort.descending ? "descending" : "ascending"} />
                )}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
