import fc from "fast-check";
import { expect, test } from "vitest";
import { FetchSize, fetchBytesMax, fetchRowsFirst, smallFetchBytes } from "./fetch-size.ts";

function after(...batches: (readonly [rows: number, bytes: number])[]): number {
  const size = new FetchSize();
  for (const [rows, bytes] of batches) size.saw(rows, bytes);
  return size.rowsWithin(fetchBytesMax);
}

test("the first fetch is small; later ones have more rows if rows are narrow and fewer if they are wide", () => {
  expect(after()).toBe(fetchRowsFirst);
  expect(after([8_192, 8_192 * 40])).toBe(32_768);
  expect(after([8_192, 8_192 * 100])).toBe(20_971);
  expect(after([20, 20 * 100_000])).toBe(20);
  expect(after([8_192, 8_192 * 40], [4, 400_000])).toBe(20);
});

test("a fetch has at least one row, and a batch without rows changes nothing", () => {
  expect(after([1, 100 * 1024 * 1024])).toBe(1);
  expect(after([0, 1_000])).toBe(fetchRowsFirst);
  expect(after([1_000, 0])).toBe(32_768);
});

test("a fetch never exceeds 2 MiB of rows as wide as the last ones, nor 32,768 rows", () => {
  const batch = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 1_000_000_000 }));
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1 }), (batches) => {
      const [rows, bytes] = batches.at(-1) ?? [1, 1];
      const asked = after(...batches);
      expect(asked).toBeGreaterThanOrEqual(1);
      expect(asked).toBeLessThanOrEqual(32_768);
      expect(asked === 1 || (asked * bytes) / rows <= fetchBytesMax * 1.000_001).toBe(true);
    }),
  );
});

test("a small fetch has fewer rows in proportion to its size", () => {
  const size = new FetchSize();
  expect(size.rowsWithin(smallFetchBytes)).toBe(fetchRowsFirst / 16);
  size.saw(10, 10 * 1_000);
  expect(size.rowsWithin(smallFetchBytes)).toBe(131);
});
