import "@glideapps/glide-data-grid/dist/index.css";
import {
  CompactSelection,
  DataEditor,
  type DataEditorRef,
  type DrawCellCallback,
  type DrawHeaderCallback,
  drawTextCell,
  type GridCell,
  GridCellKind,
  type GridColumn,
  type GridSelection,
  type Item,
  type Rectangle,
} from "@glideapps/glide-data-grid";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { cellText, type ResultColumn } from "./arrow-rows.ts";
import { columnKind } from "./column-kind.ts";
import { columnWidth } from "./column-width.ts";
import { copiedRows } from "./copied-rows.ts";
import { fittingText } from "./fitting-text.ts";
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
  const [inSight, setInSight] = useState<Rectangle>(firstRows);
  const columns = useGridColumns(shown, inSight, widths);
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
        {...behaviour}
        ref={grid}
        columns={columns}
        rows={count}
        getCellContent={cell}
        getCellsForSelection={cells}
        gridSelection={selection}
        onGridSelectionChange={setSelection}
        onColumnResize={(_column, width, index) => setWidths((all) => ({ ...all, [index]: width }))}
        onHeaderClicked={(column) => onSort(nextSort(sort, column))}
        onVisibleRegionChanged={setInSight}
        drawHeader={drawHeader}
        drawCell={drawCell}
        // The grid draws the lines of rows that are not there.
        getRowThemeOverride={(row) => (row > count ? noLine : undefined)}
        theme={theme}
        rowMarkers={{ kind: "clickable-number", width: 16 + 9 * String(count).length }}
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

const behaviour = {
  width: "100%",
  height: "100%",
  rowHeight: 30,
  headerHeight: 48,
  maxColumnWidth: 1_000,
  smoothScrollX: true,
  smoothScrollY: true,
  copyHeaders: true,
  keybindings: { search: false },
  columnSelect: "none",
  // One click on the cell that is selected opens nothing: what is typed next is still for the grid.
  cellActivationBehavior: "double-click",
  // Otherwise the grid reads all of a selection to look for cells that span columns, which there are none of.
  spanRangeBehavior: "allowPartial",
} as const;

const firstRows: Rectangle = { x: 0, y: 0, width: Infinity, height: 50 };
const noLine = { horizontalBorderColor: "transparent" };

/** Columns become wider, and never narrower, as longer values come into sight. A width that a person chose stays. */
function useGridColumns(
  shown: ShownRows,
  inSight: Rectangle,
  widths: Readonly<Record<number, number>>,
): GridColumn[] {
  const { columns } = shown.rows;
  const [fitting, setFitting] = useState(() =>
    columns.map((_, index) => columnWidth(shown, index, firstRows)),
  );
  useEffect(() => {
    setFitting((before) => {
      const { x, width } = inSight;
      const after = before.map((least, index) =>
        index < x || index > x + width ? least : Math.max(least, columnWidth(shown, index, inSight)),
      );
      return after.some((wanted, index) => wanted !== before[index]) ? after : before;
    });
  }, [shown, inSight]);
  return useMemo(
    () =>
      columns.map(({ name }, index) => ({
        title: name,
        id: String(index),
        width: widths[index] ?? fitting[index] ?? 120,
      })),
    [columns, fitting, widths],
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

type DrawArgs = Parameters<typeof drawTextCell>[0];

/** A text that does not fit ends in an ellipsis: what is cut never looks whole. */
const drawCell: DrawCellCallback = ({ ctx, cell, theme, rect }, drawContent) => {
  if (cell.kind !== GridCellKind.Text) return drawContent();
  ctx.font = `${theme.baseFontStyle} ${theme.fontFamily}`;
  const fitting = fittingText(
    cell.displayData,
    rect.width - 2 * theme.cellHorizontalPadding,
    (text) => ctx.measureText(text).width,
  );
  if (fitting === cell.displayData) drawContent();
  // It reads these three alone, though its types name more.
  else drawTextCell({ ctx, rect, theme } as DrawArgs, fitting, cell.contentAlign);
};

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
