import fc from "fast-check";
import { expect, test } from "vitest";
import { dateText, timestampText } from "./date-text.ts";
import { decimalText, doubleText, floatText } from "./number-text.ts";

test("a double is written as Spark casts it to a string", () => {
  for (const [value, text] of [
    [0, "0.0"],
    [-0, "-0.0"],
    [1, "1.0"],
    [-1.5, "-1.5"],
    [100, "100.0"],
    [0.1, "0.1"],
    [0.001, "0.001"],
    [0.00012, "1.2E-4"],
    [9_999_999, "9999999.0"],
    [10_000_000, "1.0E7"],
    [123_456_789, "1.23456789E8"],
    [1e21, "1.0E21"],
    [1.7976931348623157e308, "1.7976931348623157E308"],
    [5e-324, "5.0E-324"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ] as const) {
    expect(doubleText(value)).toBe(text);
  }
});

test("a float is written with the fewest digits that identify it", () => {
  expect(floatText(Math.fround(0.1))).toBe("0.1");
  expect(floatText(Math.fround(3.4028235e38))).toBe("3.4028235E38");
  expect(floatText(Math.fround(16_777_216))).toBe("1.6777216E7");
  expect(floatText(-0)).toBe("-0.0");
  expect(floatText(Number.NaN)).toBe("NaN");
});

test("every double and float can be read back from its text", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(Number(doubleText(value))).toBe(value);
    }),
  );
  fc.assert(
    fc.property(fc.float(), (value) => {
      expect(Math.fround(Number(floatText(value)))).toBe(value);
    }),
  );
});

test("a decimal is written with every digit", () => {
  expect(decimalText(5n, 2)).toBe("0.05");
  expect(decimalText(-5n, 2)).toBe("-0.05");
  expect(decimalText(10n ** 38n - 1n, 18)).toBe(`${"9".repeat(20)}.${"9".repeat(18)}`);
  expect(decimalText(-12n, 0)).toBe("-12");
});

test("times are written to the microsecond, even before 1970", () => {
  expect(timestampText(0n, "Z")).toBe("1970-01-01T00:00:00.000Z");
  expect(timestampText(-1n, "Z")).toBe("1969-12-31T23:59:59.999999Z");
  expect(timestampText(1_700_000_000_123_000n, "")).toBe("2023-11-14T22:13:20.123");
  expect(timestampText(253_402_300_799_999_999n, "Z")).toBe("9999-12-31T23:59:59.999999Z");
  expect(timestampText(-62_135_596_800_000_000n, "Z")).toBe("0001-01-01T00:00:00.000Z");
  expect(dateText(-719_162)).toBe("0001-01-01");
});
