import type { Cell } from "@front-door/api-client";
import { cellText } from "../arrow-rows.ts";
import { columnKind } from "../column-kind.ts";
import { type ShownRows, shownCell } from "../shown-rows.ts";
import { type ChartChoice, type ChartKind, chartColumns, seriesMax } from "./chart-choice.ts";

export interface ChartPoint {
  /** The place on the axis: a number, milliseconds since 1970, or the number of a label. */
  readonly x: number;
  readonly y: number;
  /** As the grid shows them. */
  readonly xText: string;
  readonly yText: string;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

export interface ChartPoints {
  readonly series: readonly ChartSeries[];
  /** `label`: the axis has a place for each label. */
  readonly axis: "number" | "time" | "label";
  readonly labels: readonly string[];
  /** How many rows are drawn, and of how many. */
  readonly drawn: number;
  readonly total: number;
  /** Rows that have no number, or no place on the axis. */
  readonly without: number;
  /** Series that the chart has no room for. */
  readonly seriesLeftOut: number;
}

/** What a person can still tell apart, and what is drawn in a blink. */
const rowsMax: Readonly<Record<ChartKind, number>> = {
  line: 10_000,
  scatter: 10_000,
  bar: 500,
  heat: 10_000,
};

/** The points of a chart. Of more rows than it has room for, those that are evenly spread; of bars, the first. */
export function chartPoints(shown: ShownRows, { kind, x, y, by }: ChartChoice): ChartPoints {
  const { indexOf } = chartColumns(shown.rows.columns);
  const axis = axisOf(shown, kind, x);
  const labels = new Labels();
  const series = new Map<string, ChartPoint[]>();
  let without = 0;
  for (const place of placesOf(kind, shown.count)) {
    const cell = (name: string) => shownCell(shown, place, indexOf(name));
    const xCell = x === undefined ? place + 1 : cell(x);
    const yCell = cell(y);
    const xPlace = axis === "label" ? labels.placeOf(cellText(xCell)) : axisPlace(xCell, axis);
    const height = yCell === null ? Number.NaN : Number(yCell);
    if (!Number.isFinite(xPlace) || !Number.isFinite(height)) {
      without++;
      continue;
    }
    const name = by === undefined ? y : cellText(cell(by));
    const points = series.get(name) ?? [];
    points.push({ x: xPlace, y: height, xText: cellText(xCell), yText: cellText(yCell) });
    series.set(name, points);
  }
  const all = Array.from(series, ([name, points]) => ({
    name,
    points: kind === "line" && axis !== "label" ? points.toSorted((a, b) => a.x - b.x) : points,
  }));
  const kept = kind === "heat" ? all : all.slice(0, seriesMax);
  return {
    ...(kind === "heat" ? ascending(kept, labels.texts) : { series: kept, labels: labels.texts }),
    axis,
    drawn: kept.reduce((sum, { points }) => sum + points.length, 0),
    total: shown.count,
    without,
    seriesLeftOut: all.length - kept.length,
  };
}

/** Gives each text a place, in the order in which they come. */
class Labels {
  readonly #places = new Map<string, number>();

  get texts(): string[] {
    return [...this.#places.keys()];
  }

  placeOf(text: string): number {
    const place = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, place);
    return place;
  }
}

/** A map has its numbers in their order, whatever the order of the rows. */
function ascending(series: readonly ChartSeries[], labels: readonly string[]) {
  const sorted = inOrder(labels, (label) => label);
  const places = new Map(sorted.map((label, place) => [label, place]));
  const moved = series.map(({ name, points }) => ({
    name,
    points: points.map((point) => ({ ...point, x: places.get(point.xText) ?? point.x })),
  }));
  return { labels: sorted, series: inOrder(moved, ({ name }) => name) };
}

function inOrder<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  const areNumbers = items.every((item) => textOf(item).trim() !== "" && !Number.isNaN(Number(textOf(item))));
  return areNumbers ? items.toSorted((a, b) => Number(textOf(a)) - Number(textOf(b))) : items;
}

function axisOf({ rows }: ShownRows, kind: ChartKind, x: string | undefined): ChartPoints["axis"] {
  if (kind === "bar" || kind === "heat") return "label";
  if (x === undefined) return "number";
  const type = rows.columns[chartColumns(rows.columns).indexOf(x)]?.type ?? "";
  const columnIs = columnKind(type);
  return columnIs === "number" || columnIs === "time" ? columnIs : "label";
}

function axisPlace(cell: Cell, axis: "number" | "time"): number {
  if (cell === null) return Number.NaN;
  if (axis === "number") return Number(cell);
  const text = cellText(cell);
  // A time without a zone is that of a clock on the wall: it is drawn as it reads.
  return Date.parse(text.includes("T") && !text.endsWith("Z") ? `${text}Z` : text);
}

function placesOf(kind: ChartKind, count: number): number[] {
  const length = Math.min(count, rowsMax[kind]);
  const step = kind === "bar" ? 1 : count / length;
  return Array.from({ length }, (_, index) => Math.floor(index * step));
}
