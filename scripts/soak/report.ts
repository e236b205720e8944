import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { linePlot, type Series } from "./plot.ts";
import type { Sample, Samples } from "./samples.ts";
import { verdictsOf } from "./verdicts.ts";

const docs = join(dirname(dirname(import.meta.dirname)), "docs");
const page = join(docs, "reliability.md");
const [begin, end] = ["<!-- written by scripts/soak.sh --report -->", "<!-- until here -->"];

/** All that a soak has found. */
export interface Soak {
  readonly date: string;
  readonly minutes: number;
  readonly seed: string;
  readonly loadAverage: number;
  readonly counts: readonly (readonly [string, number])[];
  readonly checked: number;
  readonly wrongCount: number;
  readonly wrongs: readonly string[];
  readonly samples: Samples;
}

/** Writes the figures into docs/reliability.md, and the plots beside it. */
export function writeReport(soak: Soak): void {
  const { processes, workspace } = soak.samples;
  const { api, "databricks-gateway": gateway } = processes;
  const memory = linePlot("Memory of each process, MiB", [
    series("front door, RSS", api, ({ rssMib }) => rssMib),
    series("gateway, RSS", gateway, ({ rssMib }) => rssMib),
    series("front door, heap", api, ({ heapMib }) => heapMib),
    series("gateway, heap", gateway, ({ heapMib }) => heapMib),
  ]);
  const open = linePlot("What each process has open", [
    series("front door, descriptors", api, ({ descriptors }) => descriptors),
    series("gateway, descriptors", gateway, ({ descriptors }) => descriptors),
    series("front door, sockets", api, ({ sockets }) => sockets),
    series("gateway, sockets", gateway, ({ sockets }) => sockets),
    {
      name: "SQL sessions",
      points: workspace.map(({ hours, sessions }) => ({ hours, value: sessions })),
    },
  ]);
  writeFileSync(join(docs, "images/soak-memory.svg"), memory);
  writeFileSync(join(docs, "images/soak-open.svg"), open);
  const text = readFileSync(page, "utf8");
  const [before, rest = ""] = text.split(begin);
  const [, after = ""] = rest.split(end);
  if (rest === "" || !text.includes(end)) throw new Error(`${page} has no place for the report`);
  writeFileSync(page, [before, begin, markdown(soak), end, after].join(""));
}

function series(
  name: string,
  samples: readonly Sample[],
  value: (sample: Sample) => number | undefined,
): Series {
  return { name, points: samples.map((sample) => ({ hours: sample.hours, value: value(sample) ?? 0 })) };
}

function markdown({ date, minutes, loadAverage, counts, checked, wrongCount, samples }: Soak): string {
  const list = (prefix: string) =>
    counts
      .filter(([what]) => what.startsWith(prefix))
      .map(([what, count]) => `${what.slice(prefix.length)}: ${count.toLocaleString("en")}`)
      .join("; ");
  return `
${date.slice(0, 10)}, ${minutes} minutes on ${cpus().length} cores, which had a load average of ${loadAverage.toFixed(1)} at the end.
${checked.toLocaleString("en")} comparisons, **${wrongCount} wrong**.

| | how many |
|---|---|
${["replies", "faults", "kills", "rotations", "inserts", "statements", "hung up"]
  .map((what) => `| ${what} | ${list(`${what}: `)} |`)
  .join("\n")}

| | growth an hour | bound | |
|---|---|---|---|
${verdictsOf(samples)
  .map(
    ({ what, perHour, bound, isFlat }) =>
      `| ${what} | ${perHour.toFixed(1)} | ${bound} | ${isFlat ? "flat" : "**grows**"} |`,
  )
  .join("\n")}

![Memory of each process](images/soak-memory.svg)

![What each process has open](images/soak-open.svg)
`;
}
