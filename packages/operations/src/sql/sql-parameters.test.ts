import { describe, expect, it } from "vitest";
import type { OperationError } from "../errors.ts";
import { parseParameters } from "../parse-parameters.ts";
import { executeQuery } from "./execute-query.ts";

function check(params: unknown): { value?: unknown; refusal?: string } {
  try {
    return { value: parseParameters(executeQuery.params, { sql: "SELECT 1", params }).params };
  } catch (error) {
    return { refusal: (error as OperationError).message };
  }
}

describe("a statement's parameters", () => {
  it("are named or positional, plain or with a type", () => {
    const named = {
      a: 1,
      b: "x",
      c: null,
      d: true,
      e: 1.5,
      f: { value: "9223372036854775807", type: "bigint" },
    };
    expect(check(named).value).toEqual({ ...named, f: { value: "9223372036854775807", type: "BIGINT" } });
    expect(check([1, null, { value: "12.50", type: "DECIMAL(10,2)" }]).value).toHaveLength(3);
  });

  it("are refused if the JSON parser has already rounded them", () => {
    const rounded = /^params\.id: is beyond what a JSON number holds exactly/;
    expect(check(JSON.parse('{"id":9007199254740993}')).refusal).toMatch(rounded);
    expect(check({ id: 2 ** 53 - 1 }).value).toEqual({ id: 2 ** 53 - 1 });
    expect(check(JSON.parse('{"id":{"value":9007199254740993,"type":"BIGINT"}}')).refusal).toMatch(
      /^params\.id\.value: must be a whole number/,
    );
  });

  it.each([
    ["NUMERIC", "12.50", "DECIMAL"],
    ["DEC", "12.50", "DECIMAL"],
    ["numeric(10, 2)", "12.50", "DECIMAL(10, 2)"],
    ["DEC(10)", "12", "DECIMAL(10)"],
    ["DECIMAL (10,2)", "12.50", "DECIMAL (10,2)"],
    ["byte", 1, "TINYINT"],
    ["SHORT", 1, "SMALLINT"],
    ["INTEGER", 1, "INT"],
    ["LONG", "9223372036854775807", "BIGINT"],
    ["REAL", 1.5, "FLOAT"],
    ["TIMESTAMP_LTZ", "2024-01-02 03:04:05", "TIMESTAMP"],
  ])("can have the type %s", (type, value, canonical) => {
    expect(check({ a: { value, type } }).value).toEqual({ a: { value, type: canonical } });
  });

  it("need a type if they are floating-point numbers beyond 2^53", () => {
    expect(check({ a: 1e16 }).refusal).toMatch(/\{ "value": 1e16, "type": "DOUBLE" \}$/);
    for (const value of [1e16, 1e22, 1.5e300, -1e16]) {
      expect(check({ a: { value, type: "DOUBLE" } }).value).toEqual({ a: { value, type: "DOUBLE" } });
    }
  });

  it.each([1e16, 1e21, 1e22, 1e37])(
    "are refused as DECIMAL if the JSON parser may have rounded them: %d",
    (value) => {
      expect(check({ a: { value, type: "DECIMAL(38,0)" } }).refusal).toMatch(
        /^params\.a\.value: has more digits/,
      );
      const digits = BigInt(value).toString();
      expect(check({ a: { value: digits, type: "DECIMAL(38,0)" } }).refusal).toBeUndefined();
    },
  );

  it.each([
    [{ "a b": 1 }, /^params\.a b: must be letters/],
    [{ a: {} }, /^params\.a/],
    [{ a: { value: "1", type: "INT); DROP TABLE x" } }, /^params\.a\.type: must be one of TINYINT, /],
    [{ a: { value: "1.5", type: "INT" } }, /^params\.a\.value: must be a whole number/],
    [
      { a: { value: Number("12345678901234567890"), type: "DECIMAL(38,0)" } },
      /^params\.a\.value: has more digits/,
    ],
    [
      { a: { value: Number("1234567890123.4567"), type: "DECIMAL(38,4)" } },
      /^params\.a\.value: has more digits/,
    ],
    [{ a: { value: 1e-7, type: "DECIMAL" } }, /^params\.a\.value: must be written with at most 38 digits/],
    [{ a: { value: "1.5e0", type: "DECIMAL" } }, /^params\.a\.value: must be written with at most 38/],
    [{ a: { value: `0.${"1".repeat(39)}`, type: "DECIMAL" } }, /^params\.a\.value: must be written/],
    [{ a: { value: 1, type: "VOID" } }, /^params\.a\.value: must be null/],
    [[undefined], /^params\.0/],
    ["x", /^params: must be an object/],
  ])("are refused by name: %j", (params, message) => {
    expect(check(params).refusal).toMatch(message);
  });

  // The test's own time limit is what fails when the time grows faster than the text.
  it.each(["0", "1", "0.", "."])("are refused in linear time: a decimal of 100,000 times %j", (piece) => {
    const value = `${piece.repeat(100_000)}x`;
    expect(check({ a: { value, type: "DECIMAL" } }).refusal).toMatch(/^params\.a\.value: must be written/);
  });

  it("are counted before any value is looked at", () => {
    const many = Array.from({ length: 10_001 }, () => ({}));
    const refusal = "params: must have at most 10000 parameters";
    expect(check(many).refusal).toBe(refusal);
    expect(check(Object.fromEntries(many.map((value, index) => [`p${index}`, value]))).refusal).toBe(refusal);
    expect(check(many.map(() => 1).slice(1)).value).toHaveLength(10_000);
  });

  it("keep the digits of a decimal and the sign of a zero", () => {
    const decimals = { a: { value: 12.5, type: "DECIMAL" }, b: { value: 1e-7, type: "DECIMAL(10,8)" } };
    expect(check(decimals).value).toEqual(decimals);
    const zero = check(JSON.parse('{"z":{"value":-0.0,"type":"DOUBLE"}}')).value;
    expect(JSON.stringify(zero)).toBe('{"z":{"value":"-0.0","type":"DOUBLE"}}');
  });

  it("need a statement", () => {
    expect(() => parseParameters(executeQuery.params, {})).toThrow("sql: is required");
  });
});
