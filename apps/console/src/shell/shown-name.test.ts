import { describe, expect, it } from "vitest";
import { shownName } from "./shown-name.ts";

describe("shownName", () => {
  it.each(["people.csv", "Füße 2026.txt", "日本語", "שלום", "a\u0301", "{a}", "\\u{202e}"])(
    "leaves %s as it is",
    (name) => {
      expect(shownName(name)).toBe(name);
    },
  );

  it.each([
    ["invoice\u202efdp.exe", "invoice\\u{202e}fdp.exe"],
    ["a\u2066b\u2069", "a\\u{2066}b\\u{2069}"],
    ["a\nb\t", "a\\u{a}b\\u{9}"],
    ["a\u200b\u00ad", "a\\u{200b}\\u{ad}"],
    ["\u{e0041}\u3164", "\\u{e0041}\\u{3164}"],
    ["\u2028\u2029\u061c", "\\u{2028}\\u{2029}\\u{61c}"],
  ])("shows what is not seen in %j", (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });
});
