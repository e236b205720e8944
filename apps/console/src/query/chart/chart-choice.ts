import { cellText, type ResultColumn } from "../arrow-rows.ts";
import { columnKind } from "../column-kind.ts";
import { distinctNames } from "../distinct-names.ts";
import { type ShownRows, shownCell } from "../shown-rows.ts";

export const chartKinds = ["line", "scatter", "bar", "heat"] as const;
export type ChartKind = (typeof chartKinds)[number];

/** What a chart shows. Columns are named, so that a choice outlives the run that it was made for. */
export interface ChartChoice {
  readonly kind: ChartKind;
  /** Undefined: the number of the row. */
  readonly x: string | undefined;
  /** The numbers: a height, or the colour of a heat map. */
  readonly y: string;
  /** One series for each of its values, or one line of a heat map. */
  readonly by: string | undefined;
}

/** The columns that can be chosen for each part. */
export interface ChartColumns {
  readonly names: readonly string[];
  readonly numbers: readonly string[];
  readonly indexOf: (name: string) => number;
}

const lookedAt = 1_000;
/** More lines and columns than that are no map that a person reads. */
const heatLabelsMax = 60;
export const seriesMax = 8;
/** Numbers that name a thing or a time. */
const label = /(?:^|_)(?:id|key|zip|code|year|month|week|weekday|day|hour)$/i;

/** Numbers that name a thing: the way from one to the next means nothing. */
const thing = /(?:^|_)(?:id|key|zip|code)$/i;
const barsMax = 60;

export function chartColumns(columns: readonly ResultColumn[]): ChartColumns {
  const names = distinctNames(columns);
  const of = (...kinds: readonly string[]) =>
    names.filter((_, index) => kinds.includes(columnKind(columns[index]?.type ?? "")));
  return {
    names: of("number", "time", "text"),
    numbers: of("number"),
    indexOf: (name) => names.indexOf(name),
  };
}

/** The choice, if the result has its columns, or else what suits them. Undefined where there are no numbers. */
export function chartOf(shown: ShownRows, choice?: ChartChoice): ChartChoice | undefined {
  const { names, numbers } = chartColumns(shown.rows.columns);
  const isThere = (name: string | undefined) => name === undefined || names.includes(name);
  return choice !== undefined && numbers.includes(choice.y) && isThere(choice.x) && isThere(choice.by)
    ? choice
    : suitableChart(shown);
}

function suitableChart(shown: ShownRows): ChartChoice | undefined {
  const { names, numbers, indexOf } = chartColumns(shown.rows.columns);
  const y = numbers.findLast((name) => !label.test(name)) ?? numbers.at(-1);
  if (y === undefined) return undefined;
  const kindOf = (name: string) => columnKind(shown.rows.columns[indexOf(name)]?.type ?? "");
  const valuesOf = (name: string) => firstValues(shown, indexOf(name));
  const others = names.filter((name) => name !== y);
  const x = others.find((name) => kindOf(name) === "time") ?? others[0];
  if (x === undefined) return { kind: "line", x, y, by: undefined };
  const by = others.find((name) => name !== x && (kindOf(name) === "text" || label.test(name)));
  if (by !== undefined && kindOf(x) !== "time") {
    const map = heatMap([x, valuesOf(x)], [by, valuesOf(by)]);
    if (map !== undefined) return { kind: "heat", y, ...map };
  }
  if (kindOf(x) === "text") return { kind: "bar", x, y, by: undefined };
  const values = valuesOf(x);
  const repeats = new Set(values).size < values.length;
  if (thing.test(x) && !repeats && values.length <= barsMax) return { kind: "bar", x, y, by: undefined };
  const series = repeats && by !== undefined && new Set(valuesOf(by)).size <= seriesMax ? by : undefined;
  const isLine = kindOf(x) === "time" || series !== undefined || ascends(values.map(Number));
  return { kind: isLine ? "line" : "scatter", x, y, by: series };
}

type Labels = readonly [name: string, values: readonly string[]];

/** A map, if each pair of labels is there once and there are few of both. The one that has more is X. */
function heatMap([first, a]: Labels, [second, b]: Labels): Pick<ChartChoice, "x" | "by"> | undefined {
  const [ofFirst, ofSecond] = [new Set(a).size, new Set(b).size];
  const pairs = new Set(a.map((value, index) => JSON.stringify([value, b[index]])));
  const few = Math.max(ofFirst, ofSecond) <= heatLabelsMax && Math.min(ofFirst, ofSecond) > 1;
  if (!few || pairs.size < a.length || Math.max(ofFirst, ofSecond) === a.length) return undefined;
  return ofFirst >= ofSecond ? { x: first, by: second } : { x: second, by: first };
}

function firstValues(shown: ShownRows, column: number): string[] {
  const length = Math.min(shown.count, lookedAt);
  return Array.from({ length }, (_, row) => cellText(shownCell(shown, row, column)));
}

function ascends(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}
