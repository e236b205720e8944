import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, likelySlips } from "./likely-slips.ts";

const known = { names: ["PORT", "HOST", "LOG_LEVEL", "DATABRICKS_TOKEN"], prefixes: ["LOG_"] };

test.each([
  ["PROT", "PORT"],
  ["HOTS", "HOST"],
  ["LOGLEVEL", "LOG_LEVEL"],
  ["LOG_LEVLE", "LOG_LEVEL"],
  ["LOG_FORMAT", "LOG_LEVEL"],
  ["DATABRICKS_TOKE", "DATABRICKS_TOKEN"],
])("%s is taken for a slip of %s", (name, meant) => {
  expect(likelySlips([name], known)).toEqual([{ name, meant }]);
});

test.each(["PORT", "HOME", "PATH", "PWD", "TERM", "DATABRICKS_HOST", "LOG_SERVICE_HOST", "LOG_PORT_80_TCP"])(
  "%s is not taken for a slip",
  (name) => expect(likelySlips([name], known)).toEqual([]),
);

test("the distance is 0 of a text to itself, the same both ways, and 1 for one edit", () => {
  const text = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(editDistance(`${a}x${b}`, a + b)).toBe(1);
    }),
  );
});
