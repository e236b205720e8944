import { expect, it } from "vitest";
import { FullLimits } from "./full-limits.ts";

it("a limit that was full stays so until a fifth of it is free", () => {
  let used = 9;
  const limits = new FullLimits(() => ({ calls: { used, max: 10 } }));
  const isFullAt = (now: number) => {
    used = now;
    return limits.problem() !== undefined;
  };
  expect([9, 10, 9, 8, 9, 10].map(isFullAt)).toEqual([false, true, true, false, false, true]);
});

it("says which limit is full, and when it is free enough", () => {
  const limits = new FullLimits(() => ({ calls: { used: 1, max: 256 }, files: { used: 256, max: 256 } }));
  expect(limits.problem()).toBe("Too many files are in use: 256 of 256. Ready again at 204.");
});
