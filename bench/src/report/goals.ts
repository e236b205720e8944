import {
  type BenchResult,
  type CaseResult,
  type ContenderResult,
  median,
  type Read,
  ratioOf,
} from "../results.ts";
import type { Sample } from "../scenario.ts";
import { figure } from "./svg.ts";

/** A goal of this product and what was measured; undefined where nothing was. */
export interface GoalResult {
  readonly what: string;
  readonly goal: string;
  readonly measured: string | undefined;
  readonly reached: boolean | undefined;
}

const ours = "front door";
const bounded = "front door, CALLS_MAX=64";
const express = "in-process Express";
const bare = "bare node:http, two hops";
const python = "Python sidecar";
const driver = "SDK and driver directly";
const appkit = "AppKit";
const itself = "the upstream itself";

interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly measure: (find: Find) => number | undefined;
  readonly reached: (value: number) => boolean;
  readonly write?: (value: number) => string;
}

type Find = (scenario: string, caseName: string) => CaseResult | undefined;

const atLeast = (least: number) => ({
  goal: `≥ ${least} ×`,
  reached: (value: number) => value >= least,
  write: times,
});
const atMost = (most: number, unit: string) => ({
  goal: `≤ ${most} ${unit}`,
  reached: (value: number) => value <= most,
  write: (value: number) => `${figure(value)} ${unit}`,
});

const connectionCounts = [16, 64] as const;
const sizes = [
  { scenario: "small-json", size: "200 B", toExpress: { 16: 0.55, 64: 0.55 } },
  { scenario: "large-json", size: "20 KB", toExpress: { 16: 0.6, 64: 0.7 } },
] as const;

const goals: readonly Goal[] = [
  {
    what: "64 callers at 100 ms, to in-process Express",
    ...atLeast(0.95),
    measure: throughput("slow-upstream", undefined, express),
  },
  {
    what: "64 callers at 100 ms, p50 to in-process Express",
    ...atMost(1.03, "×"),
    measure: (find) => ratio(find("slow-upstream", ""), express, ({ load }) => load?.latency.p50),
  },
  ...sizes.flatMap(({ scenario, size, toExpress }) => [
    ...connectionCounts.map((count) => ({
      what: `${size}, ${count} connections, to in-process Express`,
      ...atLeast(toExpress[count]),
      measure: throughput(scenario, `${count} connections`, express),
    })),
    ...connectionCounts.map((count) => ({
      what: `${size}, ${count} connections, to bare node:http`,
      ...atLeast(1),
      measure: throughput(scenario, `${count} connections`, bare),
    })),
    ...connectionCounts.map((count) => ({
      what: `${size}, ${count} connections, to the Python sidecar`,
      ...atLeast(5),
      measure: throughput(scenario, `${count} connections`, python),
    })),
  ]),
  {
    what: "200 B, 64 connections, CPU of both processes per request, to in-process Express",
    ...atMost(1.8, "×"),
    measure: (find) => ratio(find("small-json", "64 connections"), express, cpuPerRequest),
  },
  {
    what: "200 B, 64 connections, CPU of both processes per request, to bare node:http",
    ...atMost(1.35, "×"),
    measure: (find) => ratio(find("small-json", "64 connections"), bare, cpuPerRequest),
  },
  {
    what: "200 B, one connection, added at p50 over in-process Express",
    ...atMost(0.2, "ms"),
    measure: (find) =>
      differenceOf(find("small-json", "1 connection"), express, ({ load }) => load?.latency.p50),
  },
  ...["download", "upload"].flatMap((scenario) => [
    {
      what: `large file ${scenario}, to in-process Express`,
      ...atLeast(0.5),
      measure: throughput(scenario, undefined, express),
    },
    {
      what: `large file ${scenario}, memory that each process grows by`,
      ...atMost(96, "MiB"),
      measure: (find: Find) => growth(find(scenario, "")),
    },
  ]),
  {
    what: "1,000 files of 100 KB, to AppKit",
    ...atLeast(1),
    measure: throughput("small-files", undefined, appkit),
  },
  {
    what: "a query of one row, time to that of the driver used directly",
    ...atMost(1.15, "×"),
    measure: (find) => ratio(find("one-row", ""), driver),
  },
  { what: "rows as NDJSON, to fetchAll and JSON.stringify", ...atLeast(4), measure: rows("NDJSON", driver) },
  {
    what: "rows as NDJSON, first byte",
    ...atMost(100, "ms"),
    measure: (find) => most(find("many-rows", "NDJSON"), ({ load }) => load?.firstByte.max),
  },
  {
    what: "rows as NDJSON, longest pause of an event loop",
    ...atMost(50, "ms"),
    measure: (find) => most(find("many-rows", "NDJSON"), ({ processes }) => longestPause(processes)),
  },
  { what: "rows as Arrow, to fetchAll and JSON.stringify", ...atLeast(20), measure: rows("ARROW", driver) },
  { what: "rows as Arrow, to the upstream's bytes", ...atLeast(0.8), measure: rows("ARROW", itself) },
  ...[ours, bounded].flatMap((name) => [
    {
      what: `500 callers at 100 ms, ${name}: p99 of the accepted to that of one caller`,
      ...atMost(2, "×"),
      measure: (find: Find) => {
        const [alone, many] = ["1 caller", "500 callers"].map((one) =>
          middle(find("overload", one), ({ value }) => value, name),
        );
        return alone === undefined || many === undefined ? undefined : many / alone;
      },
    },
    {
      what: `500 callers at 100 ms, ${name}: time to a refusal, p99`,
      ...atMost(50, "ms"),
      measure: (find: Find) => middle(find("overload", "500 callers"), ({ load }) => load?.refusal.p99, name),
    },
  ]),
  {
    what: "start to ready, both processes",
    ...atMost(1_000, "ms"),
    measure: (find) => middle(find("start", ""), ({ value }) => value),
  },
  {
    what: "memory at rest, both processes",
    ...atMost(200, "MiB"),
    measure: (find) =>
      middle(find("start", ""), ({ processes }) => processes.reduce((sum, { idle }) => sum + idle.rssMib, 0)),
  },
];

export function goalResults({ scenarios }: BenchResult): GoalResult[] {
  const find: Find = (scenario, caseName) =>
    scenarios.find(({ name }) => name === scenario)?.cases.find(({ name }) => name.startsWith(caseName));
  return goals.map(({ what, goal, measure, reached, write = figure }) => {
    const value = measure(find);
    if (value === undefined || Number.isNaN(value))
      return { what, goal, measured: undefined, reached: undefined };
    return { what, goal, measured: write(value), reached: reached(value) };
  });
}

function times(value: number): string {
  return `${figure(value)} ×`;
}

function of(result: CaseResult | undefined, name: string): ContenderResult | undefined {
  const found = result?.contenders.find(({ contender }) => contender === name);
  return found === undefined || found.rounds.length === 0 ? undefined : found;
}

function throughput(scenario: string, caseName: string | undefined, other: string) {
  return (find: Find) => ratio(find(scenario, caseName ?? ""), other);
}

function rows(format: string, other: string) {
  return (find: Find) => ratio(find("many-rows", format), other);
}

function ratio(result: CaseResult | undefined, other: string, read?: Read): number | undefined {
  const [mine, theirs] = [of(result, ours), of(result, other)];
  return mine === undefined || theirs === undefined ? undefined : ratioOf(mine, theirs, read);
}

/** Of all processes of a contender: user and system time in ms. */
function cpuPerRequest({ load, processes }: Sample): number {
  const own = processes.filter(({ name }) => name !== "upstream");
  return own.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / ((load?.succeeded ?? 0) + (load?.refused ?? 0));
}

function differenceOf(result: CaseResult | undefined, other: string, read: Read): number | undefined {
  const [mine, theirs] = [of(result, ours), of(result, other)];
  const differences = (mine?.rounds ?? []).flatMap((sample, round) => {
    const [one, against] = [read(sample), theirs?.rounds[round] && read(theirs.rounds[round])];
    return one === undefined || against === undefined ? [] : [one - against];
  });
  return differences.length === 0 ? undefined : median(differences);
}

function readings(result: CaseResult | undefined, read: Read, name = ours): number[] {
  return (of(result, name)?.rounds ?? []).map(read).filter((value) => value !== undefined);
}

function middle(result: CaseResult | undefined, read: Read, name = ours): number | undefined {
  const values = readings(result, read, name);
  return values.length === 0 ? undefined : median(values);
}

function most(result: CaseResult | undefined, read: Read): number | undefined {
  const values = readings(result, read);
  return values.length === 0 ? undefined : Math.max(...values);
}

function longestPause(processes: Sample["processes"]): number | undefined {
  const own = processes.filter(({ name }) => name !== "upstream");
  const values = own.map(({ eventLoopMaxMs }) => eventLoopMaxMs).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}

function growth(result: CaseResult | undefined): number | undefined {
  return most(result, ({ processes }) =>
    Math.max(...processes.filter(({ name }) => name !== "upstream").map(({ rssGrowthMib }) => rssGrowthMib)),
  );
}
