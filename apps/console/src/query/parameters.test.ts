import { describe, expect, it } from "vitest";
import { isUnfilled, parameterNames, sentParameters } from "./parameters.ts";

const sent = (value: string, type: Parameters<typeof sentParameters>[1][string]["type"]) =>
  sentParameters(["p"], { p: { value, type } })?.["p"];

describe("parameterNames", () => {
  it.each([
    ["SELECT :b, :a, :b", ["b", "a"]],
    ["SELECT ':no', `:no`, 1 -- :no", []],
    ["SELECT a:field, f(a):field, a[0]:field, `a`:field, a::INT", []],
    ["SELECT * FROM t WHERE d>:day AND(:on)", ["day", "on"]],
    ["SELECT time '10:20:30', {x}", []],
  ])("%s has %j", (sql, names) => {
    expect(parameterNames(sql)).toEqual(names);
  });
});

describe("isUnfilled", () => {
  it("is true of an empty field, unless its type says that an empty text or NULL is meant", () => {
    expect([undefined, { value: "", type: "Auto" }, { value: "", type: "DATE" }].map(isUnfilled)).toEqual([
      true,
      true,
      true,
    ]);
    expect(isUnfilled({ value: "", type: "STRING" })).toBe(false);
    expect(isUnfilled({ value: "", type: "NULL" })).toBe(false);
    expect(isUnfilled({ value: "0", type: "Auto" })).toBe(false);
  });
});

describe("sentParameters", () => {
  it.each([
    ["10001", "Auto", 10001],
    ["-3", "Auto", -3],
    ["007", "Auto", "007"],
    ["9007199254740993", "Auto", "9007199254740993"],
    ["1.5", "Auto", "1.5"],
    ["", "STRING", { value: "", type: "STRING" }],
    ["10001", "STRING", { value: "10001", type: "STRING" }],
    ["2024-01-31", "DATE", { value: "2024-01-31", type: "DATE" }],
    ["anything", "NULL", null],
  ] as const)("sends %j of type %s as %j", (value, type, expected) => {
    expect(sent(value, type)).toEqual(expected);
  });

  it("sends nothing for a statement without markers, whatever other statements have", () => {
    expect(sentParameters([], { p: { value: "1", type: "Auto" } })).toBeUndefined();
  });
});
