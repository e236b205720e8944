import { expect, test } from "vitest";
import { leastOfTwoMinutes, longestRun, slopePerHour } from "./slope.ts";

test("a slope is what least squares give, per hour", () => {
  const points = [0, 0.25, 0.5, 0.75, 1].map((hours, at) => ({ hours, value: 100 + 8 * hours + (at % 2) }));
  expect(slopePerHour(points)).toBeCloseTo(8, 5);
  expect(slopePerHour(points.slice(0, 2))).toBeUndefined();
});

test("of a heap that goes up and down, what is left after a collection counts", () => {
  const points = Array.from({ length: 62 }, (_, at) => ({ hours: at / 360, value: 40 + (at % 7) * 10 }));
  expect(leastOfTwoMinutes(points).map(({ value }) => value)).toEqual([40, 40, 40, 40, 40]);
});

test("only the longest run of one process counts, without its first third", () => {
  const samples = [1, 1, 2, 2, 2, 2, 2, 2, 3].map((pid, at) => ({ pid, at }));
  expect(longestRun(samples).map(({ at }) => at)).toEqual([4, 5, 6, 7]);
});
