import { expect, test } from "vitest";
import { alternatives } from "./alternatives.ts";

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a or b"],
  [["a", "b", "c"], "a, b, or c"],
])("%j reads as one of them", (values, text) => {
  expect(alternatives(values)).toBe(text);
});
