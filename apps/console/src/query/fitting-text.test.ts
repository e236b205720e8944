import { expect, it } from "vitest";
import { fittingText } from "./fitting-text.ts";

it.each([
  ["name 999988", 11, "name 999988"],
  ["name 999988", 10, "name 9999…"],
  ["999988", 1, "…"],
  ["", 5, ""],
  ["two\nlines", 20, "two…"],
  ["two\nlines", 3, "tw…"],
] as const)("%j in the width of %i letters is %j", (text, width, expected) => {
  expect(fittingText(text, width, ({ length }) => length)).toBe(expected);
});
