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

/** A reading of one round; undefined where there is none. */
export type Read = (sample: Sample) => number | undefined;

/**
 * How `one` compares with `other` by what `read` returns, which is the scenario's figure unless told otherwise: the
 * median of the ratios of each round, in which both ran one after the other under the same conditions. Rounds in which
 * either came to no figure do not count; without any other, undefined.
 */
export function ratioOf(
  one: ContenderResult,
  other: ContenderResult,
  read: Read = ({ value }) => value,
): number | undefined {
  const ratios = one.rounds.flatMap((mine, round) => {
    const theirs = other.rounds[round];
    if (theirs === undefined || !(mine.value > 0 && theirs.value > 0)) return [];
    const [value, against] = [read(mine) ?? 0, read(theirs) ?? 0];
    return value > 0 && against > 0 ? [value / against] : [];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}
