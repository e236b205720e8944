import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearestName } from "./nearest-name.ts";

const names = ["row_limit", "page_token", "path", "op"];

test.each([
  ["rowlimit", "row_limit"],
  ["page_tokens", "page_token"],
  ["pat", "path"],
])("%j means %s", (given, meant) => expect(nearestName(given, names)).toBe(meant));

test.each(["limit", "colour", "x".repeat(1_000_000), "", "__proto__"])("no name is near %.20j", (given) =>
  expect(nearestName(given, names)).toBeUndefined(),
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
