import type { ChartChoice, ChartKind } from "./chart-choice.ts";
import type { ChartPoint, ChartPoints } from "./chart-points.ts";

export const kindNames: Readonly<Record<ChartKind, string>> = {
  line: "Line chart",
  scatter: "Scatter chart",
  bar: "Bar chart",
  heat: "Heat map",
};

/** What the chart shows, for a person who does not see it. */
export function chartSummary({ kind, x, y, by }: ChartChoice, { series, drawn }: ChartPoints): string {
  const points = series.flatMap(({ name, points }) => points.map((point) => ({ name, point })));
  const what = `${kindNames[kind]} of ${y} by ${x ?? "row"}${by === undefined ? "" : ` and ${by}`}`;
  const [first] = points;
  if (first === undefined) return `${what}: no values.`;
  let [least, most] = [first, first];
  for (const each of points) {
    if (each.point.y < least.point.y) least = each;
    if (each.point.y > most.point.y) most = each;
  }
  const place = ({ name, point }: { readonly name: string; readonly point: ChartPoint }) =>
    `${point.yText} at ${point.xText}${by === undefined ? "" : `, ${name}`}`;
  const count = `${drawn.toLocaleString()} ${drawn === 1 ? "value" : "values"}`;
  return `${what}: ${count}. Lowest ${place(least)}. Highest ${place(most)}.`;
}

/** How much of the result is drawn, where that is not all. */
export function chartNote(kind: ChartKind, points: ChartPoints): string {
  const { drawn, total, without, seriesLeftOut, series } = points;
  if (drawn === total) return "";
  const isSample = drawn + without < total && seriesLeftOut === 0;
  const which = isSample ? (kind === "bar" ? ", the first ones" : ", evenly spread") : "";
  const notes = [`${drawn.toLocaleString()} of ${total.toLocaleString()} rows are drawn${which}.`];
  if (without > 0) notes.push(`${without.toLocaleString()} ${without === 1 ? "has" : "have"} no number.`);
  if (seriesLeftOut > 0) {
    notes.push(`The first ${series.length} of ${(series.length + seriesLeftOut).toLocaleString()} series.`);
  }
  return notes.join(" ");
}
