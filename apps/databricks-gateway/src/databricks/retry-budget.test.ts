import { expect, it } from "vitest";
import { RetryBudget } from "./retry-budget.ts";

/** How many retries are granted when each of `calls` calls fails and asks for as many as it can get, all in one instant. */
function granted(budget: RetryBudget, calls: number, now = 0): number {
  let retries = 0;
  for (let call = 0; call < calls; call++) {
    budget.earn();
    while (budget.take(1, now)) retries += 1;
  }
  return retries;
}

it("grants at most a tenth of 600 requests, however many of them fail", () => {
  expect(granted(new RetryBudget(), 600)).toBeLessThanOrEqual(60);
  expect(granted(new RetryBudget(), 600)).toBeGreaterThan(50);
});

it("grants a quiet workspace five retries at once, and one for each second after them", () => {
  const budget = new RetryBudget();
  expect(granted(budget, 1, 0)).toBe(5);
  expect(granted(budget, 1, 999)).toBe(0);
  expect(granted(budget, 1, 1_000)).toBe(1);
});

it("saves up no more than five retries in quiet times", () => {
  const budget = new RetryBudget();
  for (let call = 0; call < 10_000; call++) budget.earn();
  expect(granted(budget, 0)).toBe(0);
  expect(granted(budget, 1)).toBe(5);
});

it("counts a repeat that makes three requests three times", () => {
  const budget = new RetryBudget();
  expect([budget.take(3, 0), budget.take(3, 0), budget.take(2, 0)]).toEqual([true, false, true]);
});
