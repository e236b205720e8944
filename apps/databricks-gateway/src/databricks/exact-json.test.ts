import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "./exact-json.ts";

test("an integer that a number cannot hold is a string, everything else is as JSON.parse has it", () => {
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

test("any JSON value without such an integer is as JSON.parse has it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const unsafe = (JSON.stringify(JSON.parse(text)).match(/-?\d{16,}/g) ?? []).length > 0;
      if (unsafe) return;
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test("arrays that are 100,000 deep in one another are refused, not the end of the process", () => {
  expect(() => parseExactJson("[".repeat(100_000) + "]".repeat(100_000))).toThrow(RangeError);
});
