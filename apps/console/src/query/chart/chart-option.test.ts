import { describe, expect, it } from "vitest";
import { chartOption } from "./chart-option.ts";

const colours = {
  text: "",
  muted: "",
  line: "",
  surface: "",
  raised: "",
  series: [],
  heat: [],
  font: "",
};
const point = { x: 0, y: 1, xText: "{b|hidden}", yText: "1" };
const points = {
  series: [{ name: "{c|s}", points: [point] }],
  axis: "label",
  labels: ["{b|hidden}"],
  drawn: 1,
  total: 1,
  without: 0,
  seriesLeftOut: 0,
} as const;

describe("the tooltip of a chart", () => {
  it("shows what looks like markup as the data that it is", () => {
    const { tooltip } = chartOption({ kind: "bar", x: "{a|x}", y: "y", by: "by" }, points, colours);
    const { formatter } = tooltip as { formatter: (hovered: object) => string };
    const text = formatter({ data: { point }, seriesName: "{c|s}" });
    expect(text.replaceAll("\u2060", "")).toBe("{a|x}: {b|hidden}\nby: {c|s}\ny: 1");
    // What ECharts takes for its own.
    expect(text).not.toMatch(/\{[a-zA-Z0-9_]+\|/);
  });
});
