import { expect, it } from "vitest";
import { duration, phaseWords } from "./run-words.ts";

it.each([
  [40, "0.0 s"],
  [2_840, "2.8 s"],
  [72_000, "1 min 12 s"],
])("%i ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it("a result that the page does not hold whole never looks whole", () => {
  expect(phaseWords("complete", 3)).toBe("3 rows");
  expect(phaseWords("partial", 3)).toBe("The first 3 rows");
  expect(phaseWords("cancelled", 3)).toBe("Cancelled after 3 rows");
});
