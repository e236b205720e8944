import type { Point } from "./slope.ts";

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

const colours = ["#ff6a3d", "#3b7dd8", "#56a36c", "#b06fc4", "#7a8793", "#c9a227"];
const [width, height] = [760, 280];
const box = { left: 56, right: width - 190, top: 34, bottom: height - 34 };

/** Lines over minutes, as an SVG that is readable on light and dark pages. */
export function linePlot(title: string, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const [minutesMax, valueMax] = [
    Math.max(...points.map(({ hours }) => hours * 60), 1),
    Math.max(...points.map(({ value }) => value), 1) * 1.05,
  ];
  const x = (hours: number) => box.left + ((hours * 60) / minutesMax) * (box.right - box.left);
  const y = (value: number) => box.bottom - (value / valueMax) * (box.bottom - box.top);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const parts = [
    text(10, 18, title, "start", "bold"),
    ...ticks.map((part) => text(box.left - 6, y(valueMax * part) + 4, label(valueMax * part), "end")),
    ...ticks.map((part) =>
      text(x((minutesMax * part) / 60), box.bottom + 18, label(minutesMax * part), "middle"),
    ),
    text(box.right + 14, box.bottom + 18, "minutes", "start"),
    `<path d="M${box.left} ${box.top}V${box.bottom}H${box.right}" stroke="#888" fill="none"/>`,
  ];
  for (const [index, { name, points: own }] of series.entries()) {
    const colour = colours[index % colours.length] ?? "#888";
    const path = own.map(({ hours, value }) => `${round(x(hours))} ${round(y(value))}`).join("L");
    const top = box.top + 20 * index;
    parts.push(
      `<path d="M${path}" stroke="${colour}" stroke-width="1.5" fill="none"/>`,
      `<rect x="${box.right + 14}" y="${top}" width="9" height="9" fill="${colour}"/>`,
      text(box.right + 28, top + 9, name, "start"),
    );
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="12">`,
    "<style>text{fill:#444}@media (prefers-color-scheme:dark){text{fill:#ccc}}</style>",
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: "start" | "middle" | "end",
  weight = "",
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${weight && ` font-weight="${weight}"`}>${content}</text>`;
}

function label(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(round(value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
