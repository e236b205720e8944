import type { Counts } from "./count-work.ts";

/**
 * How much more than the baseline is a regression, by what is counted. Between runs at load averages of 1 and 14 on two
 * cores the heap differed by at most 1.3 % and bytes by 1.5 %.
 */
const tolerances: readonly { readonly of: RegExp; readonly share: number; readonly atLeast: number }[] = [
  { of: /requests$/, share: 0, atLeast: 0 },
  { of: /bytes of heap$/, share: 0.03, atLeast: 512 },
  { of: /bytes (read|written)$/, share: 0.03, atLeast: 64 },
];
const exactly = { share: 0, atLeast: 0 };

/** One line for each count that is worse than the baseline, and for each that the baseline does not have. */
export function regressions(
  baseline: Readonly<Record<string, Counts>>,
  counted: Readonly<Record<string, Counts>>,
): string[] {
  return Object.entries(counted).flatMap(([kind, counts]) =>
    Object.entries(counts).flatMap(([name, value]) => {
      const before = baseline[kind]?.[name];
      if (before === undefined) return [`${kind}, ${name}: not in the baseline`];
      const { share, atLeast } = tolerances.find(({ of }) => of.test(name)) ?? exactly;
      const most = before + Math.max(before * share, atLeast);
      return value <= most
        ? []
        : [`${kind}, ${name}: ${value} for a request, ${before} in the baseline, at most ${most.toFixed(1)}`];
    }),
  );
}
