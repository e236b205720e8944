import {
  type BenchResult,
  type CaseResult,
  type ContenderResult,
  median,
  ratioOf,
  type ScenarioResult,
  valuesOf,
} from "../results.ts";
import type { Sample } from "../scenario.ts";
import { goalResults } from "./goals.ts";
import { figure } from "./svg.ts";

/** The whole of docs/performance.md. */
export function markdownOf(result: BenchResult, whatToExpect: string): string {
  return [
    "# Performance",
    "",
    "`./scripts/bench.sh` writes this page: the figures from its run, “What to expect” from `bench/what-to-expect.md`.",
    "",
    ...circumstances(result),
    "",
    whatToExpect.trim(),
    "",
    ...goalTable(result),
    "",
    "## Contenders",
    "",
    ...result.contenders.map(
      ({ name, what, missing }) =>
        `- **${name}**: ${what}${missing === undefined ? "" : `. *Skipped: ${missing}*`}`,
    ),
    "",
    ...result.scenarios.flatMap(scenarioSection),
  ].join("\n");
}

function circumstances(result: BenchResult): string[] {
  const { date, commit, machine, versions, quick, seconds } = result;
  const { cpu, cores, memoryGib, kernel, loadAverage } = machine;
  const busy =
    loadAverage > 0.5
      ? ` **Other work was running on it: a load of ${loadAverage.toFixed(1)} at the start. Read the ratios, not the figures.**`
      : "";
  return [
    `${date.slice(0, 10)}, commit ${commit}, ${quick ? "a quick run" : "a full run"} of ${Math.round(seconds / 60)} minutes. ${cores} cores of ${cpu}, ${Math.round(memoryGib)} GiB, Linux ${kernel}.${busy} ${Object.entries(
      versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}.`,
    "",
    "The load generator, the upstream and the contender share the machine. A figure is what all of them together can do there; CPU time per request is the steadier measure. Contenders take turns, A B C A B C, in rounds, and a ratio is the median of the rounds' own ratios. All write their logs to `/dev/null`. Nothing is pinned to a core. † marks a figure for which the load generator used more than nine tenths of a core: it may be the generator's own.",
  ];
}

function goalTable(result: BenchResult): string[] {
  return [
    "## Goals",
    "",
    "| what | goal | measured | |",
    "|---|---|---|---|",
    ...goalResults(result).map(
      ({ what, goal, measured, reached }) =>
        `| ${what} | ${goal} | ${measured ?? "not measured"} | ${reached === undefined ? "" : reached ? "reached" : "**not reached**"} |`,
    ),
  ];
}

function scenarioSection(scenario: ScenarioResult): string[] {
  const { name, title, about, upstream, unit, better } = scenario;
  return [
    `## ${title}`,
    "",
    `${about} Upstream: ${upstream}. ${unit}; ${better} is better.`,
    "",
    `![${title}](performance/${name}.svg)`,
    "",
    ...(name === "start"
      ? startTable(scenario)
      : scenario.plot === "lines"
        ? growthTable(scenario)
        : roundTable(scenario)),
    "",
  ];
}

function roundTable({ cases, better }: ScenarioResult): string[] {
  return [
    "| case | contender | median | min | max | to ours | p50 ms | p99 ms | CPU µs a request | peak RSS MiB | event loop held ms |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
    ...cases.flatMap((one) => one.contenders.map((each) => row(one, each, better))),
  ];
}

function row(one: CaseResult, each: ContenderResult, better: "more" | "less"): string {
  const values = valuesOf(each);
  const { contender, skipped, rounds } = each;
  if (values.length === 0) {
    const failure = rounds.map(({ load }) => load?.failure).find((text) => text !== undefined);
    return `| ${one.name} | ${contender} | *${oneLine(skipped ?? failure ?? "no figure")}* | | | | | | | | |`;
  }
  const [ours] = one.contenders;
  const ratio = ours === undefined || ours === each ? undefined : ratioOf(each, ours);
  const cells = [
    one.name,
    contender,
    figure(median(values)) + (rounds.some(({ loadBound }) => loadBound) ? " †" : ""),
    figure(Math.min(...values)),
    figure(Math.max(...values)),
    ratio === undefined ? "1" : verdict(ratio, better),
    over(rounds, ({ load }) => load?.latency.p50),
    over(rounds, ({ load }) => load?.latency.p99),
    perProcess(
      rounds,
      (process, { load }) =>
        (process.cpuMs * 1_000) / Math.max((load?.succeeded ?? 0) + (load?.refused ?? 0), 1),
      median,
    ),
    perProcess(
      rounds,
      ({ peakRssMib }) => peakRssMib,
      (all) => Math.max(...all),
    ),
    perProcess(
      rounds,
      ({ eventLoopMaxMs }) => eventLoopMaxMs ?? Number.NaN,
      (all) => Math.max(...all),
    ),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Bold where another is better than ours. */
function verdict(ratio: number, better: "more" | "less"): string {
  const ahead = better === "more" ? ratio > 1 : ratio < 1;
  return ahead ? `**${figure(ratio)} ×**` : `${figure(ratio)} ×`;
}

function over(rounds: readonly Sample[], read: (sample: Sample) => number | undefined): string {
  const values = rounds.map(read).filter((value) => value !== undefined);
  return values.length === 0 ? "" : figure(median(values));
}

/** A figure of each process in its order; the upstream is the scenario's and is left out. */
function perProcess(
  rounds: readonly Sample[],
  read: (process: Sample["processes"][number], sample: Sample) => number,
  together: (values: number[]) => number,
): string {
  const names = rounds[0]?.processes.map(({ name }) => name).filter((name) => name !== "upstream") ?? [];
  return names
    .map((name) =>
      rounds.flatMap((sample) =>
        sample.processes.filter((each) => each.name === name).map((each) => read(each, sample)),
      ),
    )
    .map((values) => figure(together(values)))
    .join(" + ");
}

function startTable({ cases: [one] }: ScenarioResult): string[] {
  return [
    "| contender | ready after, median ms | min | max | memory at rest, MiB | together |",
    "|---|---|---|---|---|---|",
    ...(one?.contenders ?? []).map((each) => {
      const { contender, rounds, skipped } = each;
      const values = valuesOf(each);
      if (values.length === 0) return `| ${contender} | *${oneLine(skipped ?? "no figure")}* | | | | |`;
      const total = median(
        rounds.map(({ processes }) => processes.reduce((sum, { idle }) => sum + idle.rssMib, 0)),
      );
      const each_ = perProcess(rounds, ({ idle }) => idle.rssMib, median);
      return `| ${contender} | ${figure(median(values))} | ${figure(Math.min(...values))} | ${figure(Math.max(...values))} | ${each_} | ${figure(total)} |`;
    }),
  ];
}

function growthTable({ cases, unit }: ScenarioResult): string[] {
  return [
    `| | contender | ${unit} | p99 ms | CPU ms | memory grown by, MiB | event loop held ms |`,
    "|---|---|---|---|---|---|---|",
    ...cases.flatMap((one) =>
      one.contenders.map((each) => {
        const values = valuesOf(each);
        if (values.length === 0)
          return `| ${one.name} | ${each.contender} | *${oneLine(each.skipped ?? "no figure")}* | | | | |`;
        const cells = [
          one.name,
          each.contender,
          figure(median(values)),
          over(each.rounds, ({ load }) => load?.latency.p99),
          perProcess(each.rounds, ({ cpuMs }) => cpuMs, median),
          perProcess(
            each.rounds,
            ({ rssGrowthMib }) => rssGrowthMib,
            (all) => Math.max(...all),
          ),
          perProcess(
            each.rounds,
            ({ eventLoopMaxMs }) => eventLoopMaxMs ?? Number.NaN,
            (all) => Math.max(...all),
          ),
        ];
        return `| ${cells.join(" | ")} |`;
      }),
    ),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").slice(0, 200);
}
