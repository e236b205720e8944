import type { Contender } from "./contenders/contender.ts";
import type { LoadPlan, LoadResult } from "./load/plan.ts";
import type { ProcessFigures } from "./measure/process-figures.ts";
import type { UpstreamKind } from "./upstreams/upstream.ts";

export interface Mode {
  /** Fewer and shorter rounds, and nothing that takes minutes. */
  readonly quick: boolean;
}

/** What one contender does in one round. */
interface ProcessSample {
  readonly name: string;
  readonly cpuMs: number;
  readonly peakRssMib: number;
  /** Above what it used before the round. */
  readonly rssGrowthMib: number;
  readonly eventLoopMaxMs: number | undefined;
  readonly idle: ProcessFigures;
}

export interface Sample {
  /** The figure of the scenario, in its unit. */
  readonly value: number;
  readonly load?: LoadResult;
  readonly processes: readonly ProcessSample[];
  /** The load generator used nearly all of a core: the figure may be its own. */
  readonly loadBound?: boolean;
}

export interface Case {
  /** Within its scenario: "16 connections". */
  readonly name: string;
  /** What it is measured at, for scenarios that grow. */
  readonly x?: number;
  readonly warmUpMs?: number;
  /** Undefined where the contender has no such route. */
  plan(contender: Contender): Omit<LoadPlan, "origin" | "ca"> | undefined;
  value(load: LoadResult): number;
}

export interface Scenario {
  /** Of its file, its plot and the command's filter. */
  readonly name: string;
  readonly title: string;
  /** What is done and what the figure is. */
  readonly about: string;
  readonly upstream: UpstreamKind;
  readonly unit: string;
  readonly better: "more" | "less";
  /** The first is ours; ratios are to it. */
  readonly contenders: readonly Contender[];
  cases(mode: Mode): readonly Case[];
  readonly rounds?: (mode: Mode) => number;
  /** Bars, or a line of every contender over the cases' `x`. */
  readonly plot: "bars" | "lines";
  /** Starting is itself what is measured. */
  readonly measuresStart?: true;
}
