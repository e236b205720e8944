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
import { columnWidth } from "./column-width.ts";
import { useGridTheme } from "./grid-theme.ts";
import styles from "./result-grid.module.css";
import { type ColumnSort, nextSort } from "./sort-order.ts";

/** More would hold up the page for seconds: an export is for that. */
const copiedCellsMax = 200_000;

interface ResultGridProps {
  readonly rows: ArrowRows;
  readonly rowCount: number;
  /** The row of the result that stands at each place. Undefined: as they came. */
  readonly order: Uint32Array | undefined;
  readonly sort: ColumnSort | undefined;
  readonly onSort: (sort: ColumnSort | undefined) => void;
}

/** The rows of a result, however many. Only what is in sight is read and drawn. */
export function ResultGrid({ rows, rowCount, order, sort, onSort }: ResultGridProps) {
  const theme = useGridTheme();
  const grid = useRef<DataEditorRef>(null);
  const [widths, setWidths] = useState<Readonly<Record<number, number>>>({});
  const [selection, setSelection] = useState<GridSelection>(emptySelection);
  const columns = useGridColumns(rows, widths);
  const cell = useCallback(
    ([column, row]: Item) => gridCell(rows, order?.[row] ?? row, column),
    [rows, order],
  );
  const cells = useCallback(
    (area: Rectangle) => {
      const height = Math.min(area.height, Math.ceil(copiedCellsMax / area.width));
      return Array.from({ length: height }, (_, row) =>
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
        rows={rowCount}
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
        rowMarkers={{ kind: "clickable-number", width: 16 + 9 * String(rowCount).length }}
        smoothScrollX
        smoothScrollY
        maxColumnWidth={1_000}
        keybindings={{ search: false }}
        columnSelect="none"
      />
    </div>
  );
}

const emptySelection: GridSelection = {
  columns: CompactSelection.empty(),
  rows: CompactSelection.empty(),
};

const numeric = /^(?:TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)/;

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

function gridCell(rows: ArrowRows, row: number, column: number): GridCell {
  const value = rows.cell(row, column);
  const text = cellText(value);
  const isNumber = numeric.test(rows.columns[column]?.type ?? "");
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
