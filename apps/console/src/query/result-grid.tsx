import "@glideapps/glide-data-grid/dist/index.css";
import {
  CompactSelection,
  DataEditor,
  type DataEditorRef,
  type DrawHeaderCallback,
  type GridCell,
  GridCellKind,
  type GridColumn,
  type GridSelection,
  type Item,
  type Rectangle,
} from "@glideapps/glide-data-grid";
import { useCallback, useMemo, useRef, useState } from "react";
import { type ArrowRows, cellText, type ResultColumn } from "./arrow-rows.ts";
import { columnKind } from "./column-kind.ts";
import { columnWidth } from "./column-width.ts";
import { copiedRows } from "./copied-rows.ts";
import { gridTheme } from "./grid-theme.ts";
import styles from "./result-grid.module.css";
import { rowsText } from "./run-words.ts";
import { type ShownRows, shownCell } from "./shown-rows.ts";
import { type ColumnSort, nextSort } from "./sort-order.ts";
import { useThemeColours } from "./theme-colours.ts";

interface ResultGridProps {
  readonly shown: ShownRows;
  readonly sort: ColumnSort | undefined;
  readonly onSort: (sort: ColumnSort | undefined) => void;
}

/** The rows of a result, however many. Only what is in sight is read and drawn. */
export function ResultGrid({ shown, sort, onSort }: ResultGridProps) {
  const { rows, order, count } = shown;
  const theme = useThemeColours(gridTheme);
  const grid = useRef<DataEditorRef>(null);
  const [widths, setWidths] = useState<Readonly<Record<number, number>>>({});
  const [selection, setSelection] = useState<GridSelection>(emptySelection);
  const columns = useGridColumns(rows, widths);
  // The count is left out: cells stay the same while more arrive.
  const cell = useCallback(([column, row]: Item) => gridCell({ rows, order }, row, column), [rows, order]);
  const cells = useCallback(
    (area: Rectangle) => {
      return Array.from({ length: copiedRows(area) }, (_, row) =>
        Array.from({ length: area.width }, (_, column) => cell([area.x + column, area.y + row])),
      );
    },
    [cell],
  );
  const drawHeader = useCallback<DrawHeaderCallback>(
    (args) => {
      const { columnIndex } = args;
      drawColumn(args, rows.columns[columnIndex], sort?.column === columnIndex ? sort : undefined);
    },
    [rows, sort],
  );
  return (
    <div className={styles["grid"]}>
      <DataEditor
        ref={grid}
        columns={columns}
        rows={count}
        getCellContent={cell}
        getCellsForSelection={cells}
        copyHeaders
        gridSelection={selection}
        onGridSelectionChange={setSelection}
        onColumnResize={(_column, width, index) => setWidths((all) => ({ ...all, [index]: width }))}
        onHeaderClicked={(column) => onSort(nextSort(sort, column))}
        drawHeader={drawHeader}
        theme={theme}
        width="100%"
        height="100%"
        rowHeight={30}
        headerHeight={48}
        rowMarkers={{ kind: "clickable-number", width: 16 + 9 * String(count).length }}
        smoothScrollX
        smoothScrollY
        maxColumnWidth={1_000}
        keybindings={{ search: false }}
        columnSelect="none"
        // Otherwise the grid reads all of a selection to look for cells that span columns, which there are none of.
        spanRangeBehavior="allowPartial"
      />
      <CopyNote area={selection.current?.range} />
    </div>
  );
}

/** Says before a copy that it will not have all that is selected. */
function CopyNote({ area }: { readonly area: Rectangle | undefined }) {
  const copied = area === undefined ? 0 : copiedRows(area);
  return (
    <div role="status">
      {area !== undefined && copied < area.height && (
        <p className={styles["note"]}>
          A copy has the first {copied.toLocaleString()} of the {rowsText(area.height)} that are selected. An
          export has all of them.
        </p>
      )}
    </div>
  );
}

const emptySelection: GridSelection = {
  columns: CompactSelection.empty(),
  rows: CompactSelection.empty(),
};

function useGridColumns(rows: ArrowRows, widths: Readonly<Record<number, number>>): GridColumn[] {
  const { columns } = rows;
  // The rows that have arrived first decide, so that columns stand still while more arrive.
  const initial = useMemo(() => columns.map((_, index) => columnWidth(rows, index)), [rows, columns]);
  return useMemo(
    () =>
      columns.map(({ name }, index) => ({
        title: name,
        id: String(index),
        width: widths[index] ?? initial[index] ?? 120,
      })),
    [columns, initial, widths],
  );
}

function gridCell(shown: Pick<ShownRows, "rows" | "order">, row: number, column: number): GridCell {
  const value = shownCell(shown, row, column);
  const text = cellText(value);
  const isNumber = columnKind(shown.rows.columns[column]?.type ?? "") === "number";
  return {
    kind: GridCellKind.Text,
    // A screen reader gets `data`, a copy `copyData`.
    data: text,
    copyData: value === null ? "" : text,
    // A canvas measures all of a text, however little of it fits.
    displayData: text.length > 500 ? `${text.slice(0, 500)}…` : text,
    allowOverlay: true,
    readonly: true,
    ...(isNumber ? { contentAlign: "right" } : {}),
    ...(value === null ? { style: "faded" } : {}),
  };
}

/** The name, the type below it, and which way the column is sorted. */
function drawColumn(
  { ctx, rect, theme, isSelected }: Parameters<DrawHeaderCallback>[0],
  column: ResultColumn | undefined,
  sort: ColumnSort | undefined,
): void {
  if (column === undefined) return;
  const x = rect.x + theme.cellHorizontalPadding;
  const width = rect.width - 2 * theme.cellHorizontalPadding;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, rect.y, width, rect.height);
  ctx.clip();
  ctx.textBaseline = "middle";
  ctx.fillStyle = isSelected ? theme.textHeaderSelected : theme.textHeader;
  ctx.font = `${theme.headerFontStyle} ${theme.fontFamily}`;
  const arrow = sort === undefined ? "" : sort.descending ? " ↓" : " ↑";
  ctx.fillText(`${column.name}${arrow}`, x, rect.y + 17);
  ctx.fillStyle = isSelected ? theme.textHeaderSelected : theme.textMedium;
  ctx.font = `11px ${theme.fontFamily}`;
  ctx.fillText(column.type, x, rect.y + 34);
  ctx.restore();
}
