import {
  type Data,
  type DataType,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  makeBuilder,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from "apache-arrow";
import { describe, expect, it } from "vitest";
import { ArrowRows } from "./arrow-rows.ts";
import { exportFormats, exportResult } from "./export-result.ts";
import { sortIndex } from "./sort-index.ts";

function column(type: DataType, values: readonly unknown[]): Data {
  const builder = makeBuilder({ type, nullValues: [null] });
  for (const value of values) builder.append(value);
  return builder.finish().flush();
}

function batch(columns: Readonly<Record<string, Data>>): RecordBatch {
  const fields = Object.entries(columns).map(([name, data]) => new Field(name, data.type, true));
  const children = Object.values(columns);
  const data = makeData({
    type: new Struct(fields),
    length: children[0]?.length ?? 0,
    nullCount: 0,
    children,
  });
  return new RecordBatch(new Schema(fields), data);
}

function rowsOf(...batches: readonly RecordBatch[]): ArrowRows {
  const rows = new ArrowRows();
  for (const each of batches) rows.add(each);
  return rows;
}

const sorted = (values: readonly unknown[], type: DataType, descending = false) => {
  const half = Math.ceil(values.length / 2);
  const batches = [values.slice(0, half), values.slice(half)].map((part) => batch({ x: column(type, part) }));
  return [...sortIndex(batches, values.length, descending)].map((row) => values[row]);
};

const words = (value: bigint) =>
  Uint32Array.from([0n, 32n, 64n, 96n], (shift) => Number(BigInt.asUintN(32, value >> shift)));

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
    const batches = [batch({ x: column(new Decimal(0, 38), values.map(words)) })];
    expect([...sortIndex(batches, 5, false)]).toEqual([3, 1, 2, 0, 4]);
  });

  it("keeps the order of rows with the same value, either way", () => {
    const batches = [batch({ x: column(new Int32(), [1, 0, 1, 0]) })];
    expect([...sortIndex(batches, 4, false)]).toEqual([1, 3, 0, 2]);
    expect([...sortIndex(batches, 4, true)]).toEqual([0, 2, 1, 3]);
  });
});

describe("exportResult", () => {
  const rows = rowsOf(
    batch({ n: column(new Int64(), [2n ** 60n, 1n]), "a,b": column(new Utf8(), ['say "hi"', null]) }),
    batch({ n: column(new Int64(), [3n]), "a,b": column(new Utf8(), [""]) }),
  );
  const [csv, json] = exportFormats;

  it("writes CSV in which NULL and an empty text differ", async () => {
    const text = await (await exportResult(csv, rows, 3)).text();
    expect(text).toBe('n,"a,b"\r\n1152921504606846976,"say ""hi"""\r\n1,\r\n3,""\r\n');
  });

  it("writes JSON with every digit, in the order that is shown", async () => {
    const text = await (await exportResult(json, rows, 3, Uint32Array.of(2, 0, 1))).text();
    expect(JSON.parse(text)).toEqual([
      { n: 3, "a,b": "" },
      { n: "1152921504606846976", "a,b": 'say "hi"' },
      { n: 1, "a,b": null },
    ]);
  });
});
