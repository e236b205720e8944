import { type CaseResult, median, type ScenarioResult, valuesOf } from "../results.ts";

const width = 760;
const colours = ["#ff6a3d", "#3b7dd8", "#7a8793", "#56a36c", "#b06fc4", "#c9a227", "#2f4858"];

/** Bars with whiskers from the least to the most, or lines on logarithmic axes; readable on light and dark pages. */
export function plotOf(scenario: ScenarioResult): string {
  return scenario.plot === "lines" ? lines(scenario) : bars(scenario);
}

function bars(scenario: ScenarioResult): string {
  const parts: string[] = [];
  let y = 30;
  const left = 210;
  const room = width - left - 120;
  for (const one of scenario.cases) {
    const shown = one.contenders.filter((each) => valuesOf(each).length > 0);
    const most = Math.max(...shown.flatMap(valuesOf), 1e-9);
    if (scenario.cases.length > 1) {
      parts.push(text(10, y + 12, one.name, "bold"));
      y += 22;
    }
    for (const each of shown) {
      const values = valuesOf(each);
      const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)].map(
        (value) => (value / most) * room,
      ) as [number, number, number];
      const colour = colourOf(scenario, each.contender);
      parts.push(
        text(left - 8, y + 13, each.contender, "end"),
        `<rect x="${left}" y="${y}" width="${round(Math.max(middle, 1))}" height="18" fill="${colour}"/>`,
        `<path d="M${round(left + low)} ${y + 9}H${round(left + high)}M${round(left + low)} ${y + 5}v8M${round(left + high)} ${y + 5}v8" stroke="#8886" stroke-width="2" fill="none"/>`,
        text(left + Math.max(high, middle) + 8, y + 13, figure(median(values))),
      );
      y += 24;
    }
    y += 10;
  }
  return page(scenario, y, parts);
}

function lines(scenario: ScenarioResult): string {
  const height = 320;
  const box = { left: 70, right: width - 190, top: 40, bottom: height - 40 };
  const points = scenario.cases.flatMap((one) =>
    one.contenders.map((each) => [one.x ?? 1, median(valuesOf(each))]),
  );
  const known = points.filter(([, value]) => Number.isFinite(value)) as [number, number][];
  if (known.length === 0) return page(scenario, 60, []);
  const x = logScale(
    known.map(([value]) => value),
    box.left,
    box.right,
  );
  const y = logScale(
    known.map(([, value]) => value),
    box.bottom,
    box.top,
  );
  const parts = [
    `<path d="M${box.left} ${box.top}V${box.bottom}H${box.right}" stroke="#888" fill="none"/>`,
    ...scenario.cases.map((one) => text(x(one.x ?? 1), box.bottom + 18, one.name, "middle")),
  ];
  const names = scenario.cases[0]?.contenders.map(({ contender }) => contender) ?? [];
  for (const [index, name] of names.entries()) {
    const own = scenario.cases.flatMap((one) => pointOf(one, name));
    if (own.length === 0) continue;
    const colour = colourOf(scenario, name);
    const path = own
      .map(([at, value], place) => `${place === 0 ? "M" : "L"}${round(x(at))} ${round(y(value))}`)
      .join("");
    parts.push(
      `<path d="${path}" stroke="${colour}" stroke-width="2" fill="none"/>`,
      ...own.map(
        ([at, value]) => `<circle cx="${round(x(at))}" cy="${round(y(value))}" r="3.5" fill="${colour}"/>`,
      ),
      ...own.map(([at, value]) => text(x(at), y(value) - 8, figure(value), "middle")),
      text(box.right + 12, box.top + 18 * (index + 1), name),
      `<rect x="${box.right - 2}" y="${box.top + 18 * (index + 1) - 9}" width="9" height="9" fill="${colour}"/>`,
    );
  }
  return page(scenario, height, parts);
}

/** Of a logarithmic axis. */
function logScale(values: number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const span = Math.max(high - low, 0.3);
  return (value) => from + ((Math.log10(value) - low) / span) * (to - from);
}

function pointOf(one: CaseResult, name: string): [number, number][] {
  const values = valuesOf(
    one.contenders.find(({ contender }) => contender === name) ?? { contender: name, rounds: [] },
  );
  return values.length === 0 ? [] : [[one.x ?? 1, median(values)]];
}

function colourOf(scenario: ScenarioResult, name: string): string {
  const names = scenario.cases[0]?.contenders.map(({ contender }) => contender) ?? [];
  return colours[names.indexOf(name) % colours.length] ?? "#888";
}

function page({ title, unit, better }: ScenarioResult, height: number, parts: readonly string[]): string {
  const label = `${title}: ${unit}, ${better} is better`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.round(height)}" role="img" aria-label="${escape(label)}" font-family="system-ui, sans-serif" font-size="12">`,
    "<style>text{fill:#444}@media (prefers-color-scheme:dark){text{fill:#ccc}}</style>",
    text(10, 18, label, "bold"),
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function text(
  x: number,
  y: number,
  content: string,
  how: "start" | "middle" | "end" | "bold" = "start",
): string {
  const style = how === "bold" ? 'font-weight="600"' : `text-anchor="${how}"`;
  return `<text x="${round(x)}" y="${round(y)}" ${style}>${escape(content)}</text>`;
}

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
