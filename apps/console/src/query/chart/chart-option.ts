import type { EChartsCoreOption } from "echarts/core";
import type { ChartChoice } from "./chart-choice.ts";
import type { ChartColours } from "./chart-colours.ts";
import type { ChartPoint, ChartPoints, ChartSeries } from "./chart-points.ts";

/** The chart as ECharts wants it. Its texts are drawn: an HTML tooltip would need inline styles. */
export function chartOption(
  choice: ChartChoice,
  points: ChartPoints,
  colours: ChartColours,
): EChartsCoreOption {
  const isHeat = choice.kind === "heat";
  const hasLegend = !isHeat && choice.by !== undefined;
  return {
    animation: false,
    useUTC: true,
    color: [...colours.series],
    textStyle: { fontFamily: colours.font, color: colours.text },
    grid: {
      left: 16,
      right: isHeat ? 72 : 24,
      top: hasLegend ? 36 : 12,
      bottom: 12,
      // Within these edges are the names and labels of the axes too.
      outerBoundsMode: "same",
      outerBoundsContain: "all",
    },
    tooltip: tooltip(choice, colours),
    ...(hasLegend ? { legend: legend(colours) } : {}),
    ...(isHeat ? { visualMap: heatScale(points, colours) } : {}),
    xAxis: xAxis(choice, points, colours),
    yAxis: isHeat ? heatYAxis(choice, points, colours) : valueYAxis(choice, colours),
    series: isHeat
      ? [heatSeries(points, colours)]
      : points.series.map((each) => plainSeries(choice, points, each)),
  };
}

function tooltip({ kind, x, y, by }: ChartChoice, { raised, text, line }: ChartColours) {
  return {
    renderMode: "richText",
    trigger: "item",
    confine: true,
    backgroundColor: raised,
    borderColor: line,
    textStyle: { color: text, fontSize: 12 },
    formatter: ({ data, seriesName }: { readonly data: Datum; readonly seriesName: string }) => {
      const name = kind === "heat" ? (data.name ?? "") : seriesName;
      const { xText, yText } = data.point;
      const series = by === undefined ? [] : [`${by}: ${name}`];
      return asDrawn([`${x ?? "Row"}: ${xText}`, ...series, `${y}: ${yText}`].join("\n"));
    },
  };
}

/** A tooltip takes `{style|text}` for its own markup. A word joiner, which is not seen, makes it a text again. */
function asDrawn(text: string): string {
  return text.replaceAll("{", "{\u2060");
}

interface Datum {
  readonly value: readonly number[];
  readonly point: ChartPoint;
  readonly name?: string;
}

function legend({ text, muted }: ChartColours) {
  return {
    type: "scroll",
    top: 4,
    left: 8,
    itemWidth: 14,
    itemHeight: 8,
    textStyle: { color: text, fontSize: 12 },
    pageTextStyle: { color: muted },
    pageIconColor: muted,
  };
}

function xAxis({ x }: ChartChoice, { axis, labels }: ChartPoints, colours: ChartColours) {
  return {
    ...axisLook(colours),
    type: ({ number: "value", time: "time", label: "category" } as const)[axis],
    ...(axis === "label" ? { data: labels } : { scale: true }),
    name: x ?? "row",
    nameLocation: "middle",
    nameGap: 30,
    splitLine: { show: false },
  };
}

function valueYAxis({ kind, y }: ChartChoice, colours: ChartColours) {
  return {
    ...axisLook(colours),
    type: "value",
    name: y,
    nameLocation: "middle",
    // A bar has the length of its value. A line shows how values change.
    scale: kind !== "bar",
  };
}

function heatYAxis({ by, y }: ChartChoice, { series }: ChartPoints, colours: ChartColours) {
  return {
    ...axisLook(colours),
    type: "category",
    data: series.map(({ name }) => name),
    inverse: true,
    name: by ?? y,
    nameLocation: "middle",
    splitLine: { show: false },
  };
}

function axisLook({ muted, line }: ChartColours) {
  return {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: 12, hideOverlap: true },
    nameTextStyle: { color: muted, fontSize: 12 },
    splitLine: { lineStyle: { color: line } },
  };
}

function heatScale({ series }: ChartPoints, { heat, muted }: ChartColours) {
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const [min, max] = [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return {
    type: "continuous",
    min: values.length === 0 ? 0 : min,
    max: values.length === 0 ? 1 : max,
    dimension: 2,
    orient: "vertical",
    right: 8,
    top: "middle",
    itemWidth: 12,
    itemHeight: 140,
    text: values.length === 0 ? [] : [max.toLocaleString(), min.toLocaleString()],
    textStyle: { color: muted, fontSize: 12 },
    inRange: { color: heat },
  };
}

function heatSeries({ series }: ChartPoints, { surface }: ChartColours) {
  return {
    type: "heatmap",
    data: series.flatMap(({ name, points }, line) =>
      points.map((point): Datum => ({ value: [point.x, line, point.y], point, name })),
    ),
    itemStyle: { borderColor: surface, borderWidth: 2, borderRadius: 3 },
  };
}

function plainSeries({ kind }: ChartChoice, { drawn }: ChartPoints, { name, points }: ChartSeries) {
  const data = points.map((point): Datum => ({ value: [point.x, point.y], point }));
  switch (kind) {
    case "bar":
      return { type: "bar", name, data, barMaxWidth: 48, itemStyle: { borderRadius: [3, 3, 0, 0] } };
    case "scatter":
      return { type: "scatter", name, data, symbolSize: drawn > 1_000 ? 4 : 7, itemStyle: { opacity: 0.7 } };
    default:
      return {
        type: "line",
        name,
        data,
        lineStyle: { width: 2 },
        symbol: "circle",
        symbolSize: 6,
        showSymbol: drawn <= 100,
      };
  }
}
