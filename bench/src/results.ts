import type { Sample } from "./scenario.ts";

export interface ContenderResult {
  readonly contender: string;
  readonly skipped?: string;
  readonly rounds: readonly Sample[];
}

export interface CaseResult {
  readonly name: string;
  readonly x?: number;
  readonly contenders: readonly ContenderResult[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly upstream: string;
  readonly unit: string;
  readonly better: "more" | "less";
  readonly plot: "bars" | "lines";
  readonly cases: readonly CaseResult[];
}

interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly loadAverage: number;
}

export interface BenchResult {
  readonly date: string;
  readonly commit: string;
  readonly quick: boolean;
  readonly seconds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly contenders: readonly { readonly name: string; readonly what: string; readonly missing?: string }[];
  readonly scenarios: readonly ScenarioResult[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The rounds of a contender that came to a figure. */
export function valuesOf({ rounds }: ContenderResult): number[] {
  return rounds.map(({ value }) => value).filter((value) => Number.isFinite(value) && value > 0);
}

/**
 * How `one` compares with `other`: the median of the ratios of each round, in which both ran one after the other under
 * the same conditions. Undefined when either has no figure.
 */
export function ratioOf(one: ContenderResult, other: ContenderResult): number | undefined {
  const ratios = one.rounds.flatMap(({ value }, round) => {
    const against = other.rounds[round]?.value;
    return against !== undefined && value > 0 && against > 0 ? [value / against] : [];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}
