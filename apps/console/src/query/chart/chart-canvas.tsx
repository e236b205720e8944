import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendScrollComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useThemeColours } from "../theme-colours.ts";
import type { ChartChoice } from "./chart-choice.ts";
import { chartColours } from "./chart-colours.ts";
import { chartOption } from "./chart-option.ts";
import type { ChartPoints } from "./chart-points.ts";
import styles from "./chart-view.module.css";
import { chartSummary } from "./chart-words.ts";

use([
  BarChart,
  CanvasRenderer,
  GridComponent,
  HeatmapChart,
  LegendScrollComponent,
  LineChart,
  ScatterChart,
  TooltipComponent,
  VisualMapContinuousComponent,
]);

interface ChartCanvasProps {
  readonly choice: ChartChoice;
  readonly points: ChartPoints;
}

/** The chart itself. A screen reader gets what it shows in words. */
export function ChartCanvas({ choice, points }: ChartCanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const colours = useThemeColours(chartColours);
  useEffect(() => {
    const { current } = host;
    if (current === null) return undefined;
    const created = init(current);
    chart.current = created;
    const observer = new ResizeObserver(() => created.resize());
    observer.observe(current);
    return () => {
      observer.disconnect();
      created.dispose();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(chartOption(choice, points, colours), { notMerge: true });
  }, [choice, points, colours]);
  return <div ref={host} className={styles["canvas"]} role="img" aria-label={chartSummary(choice, points)} />;
}
