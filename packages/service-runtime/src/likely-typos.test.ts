import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, likelyTypos } from "./likely-typos.ts";

const known = { names: ["PORT", "HOST", "LOG_LEVEL", "DATABRICKS_TOKEN"], prefixes: ["LOG_"] };

test.each([
  ["PROT", "PORT"],
  ["HOTS", "HOST"],
  ["LOGLEVEL", "LOG_LEVEL"],
  ["LOG_LEVLE", "LOG_LEVEL"],
  ["LOG_FORMAT", "LOG_LEVEL"],
  ["DATABRICKS_TOKE", "DATABRICKS_TOKEN"],
])("%s is reported as a typo of %s", (name, meant) => {
  expect(likelyTypos([name], known)).toEqual([{ name, meant }]);
});

test.each(["PORT", "HOME", "PATH", "PWD", "TERM", "DATABRICKS_HOST", "LOG_SERVICE_HOST", "LOG_PORT_80_TCP"])(
  "%s is not reported as a typo",
  (name) => expect(likelyTypos([name], known)).toEqual([]),
);

test("the edit distance is 0 from a text to itself, the same in both directions, and 1 for one edit", () => {
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
