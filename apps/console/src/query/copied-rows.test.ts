import { expect, it } from "vitest";
import { copiedRows } from "./copied-rows.ts";

it.each([
  [{ width: 2, height: 100_000 }, 100_000],
  [{ width: 2, height: 100_001 }, 100_000],
  [{ width: 3, height: 1_000_000 }, 66_667],
])("a copy of %j has %i rows", (area, rows) => {
  expect(copiedRows(area)).toBe(rows);
});
