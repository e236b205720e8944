import { expect, it } from "vitest";
import { regressions } from "./compare.ts";

const baseline = {
  "20 KB of JSON": { "upstream: requests": 1, "api: bytes written": 21_000, "api: bytes of heap": 55_000 },
};
const withMore = (name: keyof (typeof baseline)["20 KB of JSON"], more: number) => ({
  "20 KB of JSON": { ...baseline["20 KB of JSON"], [name]: baseline["20 KB of JSON"][name] + more },
});

it.each([
  ["upstream: requests", 0.01],
  ["api: bytes written", 700],
  ["api: bytes of heap", 1_700],
] as const)("%s above the baseline by %d is a regression", (name, more) => {
  expect(regressions(baseline, withMore(name, more))).toEqual([
    expect.stringContaining(`20 KB of JSON, ${name}`),
  ]);
});

it.each([
  ["upstream: requests", -1],
  ["api: bytes written", 600],
  ["api: bytes of heap", 1_600],
] as const)("%s away from the baseline by %d is no regression", (name, more) => {
  expect(regressions(baseline, withMore(name, more))).toEqual([]);
});

it("a count that the baseline does not have is a regression", () => {
  expect(regressions(baseline, { "1 MiB up": { "upstream: requests": 1 } })).toEqual([
    "1 MiB up, upstream: requests: not in the baseline",
  ]);
});
