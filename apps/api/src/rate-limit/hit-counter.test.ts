import { expect, it } from "vitest";
import { HitsInMemory } from "./hit-counter.ts";

it("a hit counter counts each key separately", () => {
  const hits = new HitsInMemory();
  expect(
    [hits.penalty("a"), hits.penalty("a"), hits.penalty("b")].map((each) => each.consumedPoints),
  ).toEqual([1, 2, 1]);
  expect(hits.penalty("a").msBeforeNext).toBeGreaterThan(0);
});

it("a hit counter forgets the oldest keys when there are more than it has room for", () => {
  const hits = new HitsInMemory(100);
  hits.penalty("first");
  for (let index = 0; index < 100_000; index += 1) hits.penalty(`invented-${index}`);
  expect(hits.keys).toBe(100);
  expect(hits.penalty("first").consumedPoints).toBe(1);
  expect(hits.penalty("invented-99999").consumedPoints).toBe(2);
});
