import { type DataType, Decimal, Float64, Int32, Int64, Utf8 } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { sortIndex } from "./sort-index.ts";
import { recordBatch as batch, arrowColumn as column, decimalWords, rowsOf } from "./test/arrow-data.ts";

const sorted = (values: readonly unknown[], type: DataType, descending = false) => {
  const half = Math.ceil(values.length / 2);
  const batches = [values.slice(0, half), values.slice(half)].map((part) => batch({ x: column(type, part) }));
  return [...sortIndex(batches, values.length, descending)].map((row) => values[row]);
};

describe("ArrowRows", () => {
  const rows = rowsOf(
    batch({ id: column(new Int32(), [0, 1]) }),
    batch({ id: column(new Int32(), []) }),
    batch({ id: column(new Int32(), [2]) }),
    batch({ id: column(new Int32(), [3, 4, 5]) }),
  );

  it("finds a row in whichever batch it is, in any order", () => {
    expect([5, 0, 2, 4, 1, 3].map((row) => rows.cell(row, 0))).toEqual([5, 0, 2, 4, 1, 3]);
    expect(rows.count).toBe(6);
  });

  it("throws for a row that has not arrived", () => {
    expect(() => rows.cell(6, 0)).toThrow("There is no row 6.");
  });

  it("knows the columns of a result without rows", () => {
    expect(rowsOf(batch({ d: column(new Decimal(2, 10), []) })).columns).toEqual([
      { name: "d", type: "DECIMAL(10,2)" },
    ]);
  });
});

describe("sortIndex", () => {
  it.each([
    [new Int32(), [3, null, -1, 2]],
    [new Int64(), [2n ** 60n + 1n, null, 2n ** 60n, -5n]],
    [new Utf8(), ["b", null, "", "a"]],
  ] as const)(
    "orders %s with NULL first, and last where it descends",
    (type, [last, none, first, second]) => {
      const values = [last, none, first, second];
      const ascending = sorted(values, type);
      expect(ascending[0]).toBeNull();
      expect(sorted(values, type, true)).toEqual(ascending.toReversed());
    },
  );

  it("orders texts by their bytes, as Databricks does, a shorter one first", () => {
    const texts = ["b", "é", "ab", "", "\u{1f600}", "a", "\u{ffff}", "a"];
    expect(sorted(texts, new Utf8())).toEqual(["", "a", "a", "ab", "b", "é", "\u{ffff}", "\u{1f600}"]);
  });

  it("orders numbers as numbers, and NaN above all of them", () => {
    expect(sorted([10, Number.NaN, 9, Number.POSITIVE_INFINITY, -1], new Float64())).toEqual([
      -1,
      9,
      10,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it("orders all 128 bits of a DECIMAL", () => {
    const values = [10n ** 30n, -1n, 5n, -(10n ** 30n), 10n ** 30n + 1n];
    const batches = [batch({ x: column(new Decimal(0, 38), values.map(decimalWords)) })];
    expect([...sortIndex(batches, 5, false)]).toEqual([3, 1, 2, 0, 4]);
  });

  it("keeps the order of rows with the same value, either way", () => {
    const batches = [batch({ x: column(new Int32(), [1, 0, 1, 0]) })];
    expect([...sortIndex(batches, 4, false)]).toEqual([1, 3, 0, 2]);
    expect([...sortIndex(batches, 4, true)]).toEqual([0, 2, 1, 3]);
  });
});
