import { describe, expect, test } from "vitest";
import { places, texts } from "./text-places.ts";

const shortLength = 512;
const factor = 32;
/** A quadratic expression takes 32 times as long for a text as for its 32 parts, so this is far from both. */
const excess = 4;
const attemptsMax = 5;
/** Quicker than this, a text of 16 KB was looked at once. */
const quickMs = 5;

/** The CPU time of this thread, to which a busy machine adds little. */
function msOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * Whether a text takes about as long as its 32 parts together. What else takes CPU time, such as collecting garbage, only ever
 * adds, so of each side the shortest of all attempts counts.
 */
function isLinear(place: (text: string) => unknown, text: string): boolean {
  const repeats = Math.ceil(shortLength / text.length);
  // Each text is another one, since a place may remember its last answers.
  let more = 0;
  let wholeMs = Number.POSITIVE_INFINITY;
  let partsMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const whole = text.repeat(repeats * factor + more++);
    wholeMs = Math.min(
      wholeMs,
      msOf(() => place(whole)),
    );
    if (wholeMs < quickMs) return true;
    const parts = Array.from({ length: factor }, () => text.repeat(repeats + more++));
    partsMs = Math.min(
      partsMs,
      msOf(() => parts.forEach(place)),
    );
    // The kernel counts in ticks of a few milliseconds, so short parts can seem to take no time.
    const partsMsSeen = Math.max(partsMs, quickMs);
    // A single disturbance of the parts, if it is long enough, hides a quadratic whole; a second one is unlikely.
    if (wholeMs < (attempt === 0 ? 1 : excess) * partsMsSeen) return true;
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
    ["one beside work that takes time itself", (text) => [/a+b/.test(text), JSON.stringify({ text })]],
    [
      "a loop that copies its rest",
      (text) => {
        let length = 0;
        for (let rest = text; rest !== ""; rest = Array.from(rest).slice(16).join("")) length += rest.length;
        return length;
      },
    ],
  ])("%s", (_name, place) => {
    expect(isLinear(place, "a")).toBe(false);
  });
});
