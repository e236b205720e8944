import { describe, expect, it } from "vitest";
import { shownCells, shownText } from "./shown-cells.ts";

const row = (cells: number) => Array.from({ length: cells }, (_, index) => index);

describe("shownCells", () => {
  it("shows a table of 40 columns and 500 rows whole", () => {
    const rows = Array.from({ length: 500 }, () => row(40));
    expect(shownCells(row(40), rows)).toEqual({ columns: row(40), rows, note: undefined });
  });

  it("shows 200 columns and 100 rows of a wide table, and says so", () => {
    const shown = shownCells(
      row(2_000),
      Array.from({ length: 240 }, () => row(2_000)),
    );
    expect([shown.columns.length, shown.rows.length, shown.rows[0]?.length]).toEqual([200, 100, 200]);
    expect(shown.note).toBe("This table shows the first 200 of 2,000 columns and 100 of these 240 rows.");
  });

  it("leaves out the cells that a row has beyond the columns", () => {
    expect(shownCells(["a"], [row(1_000_000)])).toEqual({ columns: ["a"], rows: [[0]], note: undefined });
  });
});

describe("shownText", () => {
  it("cuts a long text, and says how long it is", () => {
    expect(shownText("x".repeat(1_000))).toBe("x".repeat(1_000));
    expect(shownText("x".repeat(20_000_000))).toBe(`${"x".repeat(1_000)} … (20,000,000 characters)`);
    expect(shownText({ a: 1 })).toBe('{"a":1}');
  });
});
