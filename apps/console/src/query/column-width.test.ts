import { Utf8 } from "apache-arrow";
import { expect, it } from "vitest";
import { columnWidth } from "./column-width.ts";
import { allRows, arrowColumn, recordBatch } from "./test/arrow-data.ts";

const shown = allRows(
  recordBatch({ name: arrowColumn(new Utf8(), ["a", "b".repeat(30), "c".repeat(1_000)]) }),
);

it.each([
  ["short values", { y: 0, height: 1 }, 88],
  ["a long value", { y: 1, height: 1 }, 269],
  ["a longer one than the bound", { y: 0, height: 50 }, 420],
  ["rows that are not there", { y: 3, height: 9 }, 88],
])("a column of %s is so wide", (_values, rows, width) => {
  expect(columnWidth(shown, 0, rows)).toBe(width);
});
