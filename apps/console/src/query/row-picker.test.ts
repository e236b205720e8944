import {
  type DataType,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int32,
  Int64,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import { describe, expect, it } from "vitest";
import { type Comparison, isComplete } from "./row-filter.ts";
import { columnsOf, type RowChoice, RowPicker } from "./row-picker.ts";
import { arrowColumn, decimalWords, recordBatch } from "./test/arrow-data.ts";

type Columns = Readonly<Record<number, readonly [DataType, readonly unknown[]]>>;

/** The rows that are shown of columns whose rows come in two batches. */
function picked(columns: Columns, choice: Partial<RowChoice>): number[] {
  const count = columns[0]?.[1].length ?? 0;
  const whole = { count, filter: { text: "", tests: [] }, sort: undefined, ...choice };
  const picker = new RowPicker(whole);
  for (const column of columnsOf(whole, Object.keys(columns).length)) {
    const [type, values] = columns[column] ?? [new Int32(), []];
    const half = Math.ceil(count / 2);
    const parts = [values.slice(0, half), values.slice(half)];
    picker.add(
      parts.map((part) => recordBatch({ x: arrowColumn(type, part) })),
      column,
    );
  }
  return [...picker.order()];
}

function passing(type: DataType, values: readonly unknown[], comparison: Comparison, value = ""): number[] {
  const tests = [{ column: 0, comparison, value }];
  return picked({ 0: [type, values] }, { filter: { text: "", tests } });
}

describe("RowPicker", () => {
  const names: readonly [DataType, readonly unknown[]] = [new Utf8(), ["Ann", "bob", null, "Joann", ""]];

  it("finds a text in any column, in capitals or not, and not in NULL", () => {
    const columns: Columns = { 0: names, 1: [new Int32(), [10, 2, 310, 3, null]] };
    expect(picked(columns, { filter: { text: "ANN", tests: [] } })).toEqual([0, 3]);
    expect(picked(columns, { filter: { text: "10", tests: [] } })).toEqual([0, 2]);
    expect(picked(columns, { filter: { text: "null", tests: [] } })).toEqual([]);
  });

  it("finds a text that is not ASCII too, at the end of one that is longer", () => {
    const words: Columns = { 0: [new Utf8(), ["Zürich Öst", "öst", "ost", "-ÖS", "xxab"]] };
    expect(picked(words, { filter: { text: "öst", tests: [] } })).toEqual([0, 1]);
    expect(picked(words, { filter: { text: "ab", tests: [] } })).toEqual([4]);
    expect(picked(words, { filter: { text: "abc", tests: [] } })).toEqual([]);
  });

  it("shows rows that pass all tests and have the text, sorted by any column", () => {
    const columns: Columns = { 0: names, 1: [new Int32(), [1, 5, 3, 4, 2]] };
    const tests = [
      { column: 0, comparison: "is not NULL", value: "" },
      { column: 1, comparison: ">", value: "1" },
    ] as const;
    const sort = { column: 1, descending: true };
    expect(picked(columns, { filter: { text: "", tests } })).toEqual([1, 3, 4]);
    expect(picked(columns, { filter: { text: "", tests }, sort })).toEqual([1, 3, 4]);
    expect(picked(columns, { filter: { text: "n", tests }, sort })).toEqual([3]);
    expect(picked(columns, { sort })).toEqual([1, 3, 2, 4, 0]);
  });

  it.each([
    ["=", [1]],
    ["≠", [0, 3]],
    ["<", [0]],
    ["≤", [0, 1]],
    [">", [3]],
    ["≥", [1, 3]],
    ["is NULL", [2]],
    ["is not NULL", [0, 1, 3]],
  ] as const)("compares with %s, and NULL passes `is NULL` alone", (comparison, rows) => {
    expect(passing(new Int32(), [-5, 2, null, 7], comparison, "2")).toEqual(rows);
  });

  it("compares every digit of a BIGINT and a DECIMAL", () => {
    const big = [2n ** 53n, 2n ** 53n + 1n];
    expect(passing(new Int64(), big, "=", "9007199254740993")).toEqual([1]);
    expect(passing(new Int64(), big, ">", "9007199254740992.5")).toEqual([1]);
    const cents = [10n ** 37n, 10n ** 37n + 1n, -50n].map(decimalWords);
    expect(passing(new Decimal(2, 38), cents, "=", `1${"0".repeat(35)}.01`)).toEqual([1]);
    expect(passing(new Decimal(2, 38), cents, "<", "-0.499")).toEqual([2]);
    expect(passing(new Decimal(2, 38), cents, "=", "-.5")).toEqual([2]);
  });

  it("finds the 0.1 of a FLOAT, and has NaN above all numbers", () => {
    expect(passing(new Float32(), [0.1, 0.2], "=", "0.1")).toEqual([0]);
    expect(passing(new Float64(), [1, Number.NaN], ">", "99")).toEqual([1]);
  });

  it("compares times as exactly as the value is", () => {
    const days = [19_843, 19_844, 19_875].map((day) => day * 86_400_000);
    expect(
      passing(
        new DateDay(),
        days.map((ms) => new Date(ms)),
        "=",
        "2024-05",
      ),
    ).toEqual([1]);
    const micros = days.map((ms) => ms + 3_600_000);
    const type = new TimestampMicrosecond();
    expect(passing(type, micros, "≤", "2024-05-01")).toEqual([0, 1]);
    expect(passing(type, micros, ">", "2024-05-01 00:59")).toEqual([1, 2]);
  });
});

describe("isComplete", () => {
  it.each([
    ["12.50", "DECIMAL(10,2)", true],
    ["-3.", "DOUBLE", true],
    ["", "INT", false],
    [".", "INT", false],
    ["1e5", "INT", false],
    ["twelve", "BIGINT", false],
    ["twelve", "STRING", true],
  ])("of %j for %s is %s", (value, type, complete) => {
    expect(isComplete({ column: 0, comparison: "=", value }, type)).toBe(complete);
  });
});
