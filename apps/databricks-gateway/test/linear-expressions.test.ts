import { describe, expect, test } from "vitest";
import { places, texts } from "./text-places.ts";

const shortLength = 256;
const factor = 64;
/** A quadratic expression takes 64 times as long as a linear one, so this is far from both. */
const excess = 10;
const attemptsMax = 6;
/** Quicker than this, a text of 16 KB was looked at once. */
const quickMs = 5;

function msOf(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/**
 * Whether a text that is 64 times as long takes about 64 times as long. A busy machine and the collection of garbage only
 * ever add time, so of each side the shortest of all attempts counts, and one good attempt is enough.
 */
function isLinear(place: (text: string) => unknown, text: string): boolean {
  const shortText = text.repeat(Math.ceil(shortLength / text.length));
  const longText = shortText.repeat(factor);
  const best = { longMs: Number.POSITIVE_INFINITY, shortMs: Number.POSITIVE_INFINITY };
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    best.longMs = Math.min(
      best.longMs,
      msOf(() => place(longText)),
    );
    if (best.longMs < quickMs) return true;
    // The first of them warm it up.
    for (let run = 0; run < 10; run++) {
      const shortMs = msOf(() => place(shortText));
      best.shortMs = Math.min(best.shortMs, shortMs);
    }
    if (best.longMs < excess * factor * best.shortMs) return true;
  }
  return false;
}

describe.each(Object.entries(places))("%s", (_name, place) => {
  test("takes time in proportion to its text, whatever is repeated in it", () => {
    expect(texts.filter((text) => !isLinear(place, text))).toEqual([]);
  });
});

describe("the check itself fails", () => {
  test.each<[string, (text: string) => unknown]>([
    ["an expression that takes quadratic time", (text) => /a+b/.test(text)],
    ["one that looks at the first 10,000 characters only", (text) => /a+b/.test(text.slice(0, 10_000))],
    ["one beside work that takes time itself", (text) => [/a+b/.test(text), JSON.stringify({ text })]],
    [
      "a loop that copies its rest",
      (text) => {
        let length = 0;
        for (let rest = text; rest !== ""; rest = Array.from(rest).slice(64).join("")) length += rest.length;
        return length;
      },
    ],
  ])("%s", (_name, place) => {
    expect(isLinear(place, "a")).toBe(false);
  });
});
