import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeCaller, encodeCaller } from "./run-protocol.ts";

it("a caller's name goes through a header unchanged, whatever its characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (name) => {
      const header = encodeCaller(name);
      expect(header).toMatch(/^[\x21-\x7e]*$/);
      if (name !== "") expect(decodeCaller(header)).toBe(name.toWellFormed());
    }),
  );
});

it("a caller's name that is too long for a header is cut, and stays readable", () => {
  const header = encodeCaller("é".repeat(5_000));
  expect(header.length).toBeLessThanOrEqual(1024);
  expect(decodeCaller(header)).toMatch(/^é{100,}$/);
});

it.each(["", "a b", "%", "%ff", "a\nb", "x".repeat(1025)])(
  "a header that is no caller's name is none: %j",
  (text) => {
    expect(decodeCaller(text)).toBeUndefined();
  },
);
