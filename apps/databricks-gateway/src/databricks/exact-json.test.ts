import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "./exact-json.ts";

test("an integer that a number cannot hold becomes a string, everything else is what JSON.parse returns", () => {
  expect(parseExactJson('{"a":9007199254740993,"b":9007199254740991,"c":[-9223372036854775808]}')).toEqual({
    a: "9007199254740993",
    b: 9007199254740991,
    c: ["-9223372036854775808"],
  });
  expect(parseExactJson('{"a":0.12345678901234567890,"b":1e300,"c":"9007199254740993"}')).toEqual({
    a: 0.12345678901234568,
    b: 1e300,
    c: "9007199254740993",
  });
});

test("any JSON value without such an integer is what JSON.parse returns", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const unsafe = (JSON.stringify(JSON.parse(text)).match(/-?\d{16,}/g) ?? []).length > 0;
      if (unsafe) return;
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test("arrays nested 100,000 levels deep throw and do not crash the process", () => {
  expect(() => parseExactJson("[".repeat(100_000) + "]".repeat(100_000))).toThrow(RangeError);
});
