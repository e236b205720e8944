import { describe, expect, it } from "vitest";
import type { Entry } from "./directory-query.ts";
import { nextSort, sortedEntries } from "./sorted-entries.ts";

const entry = (name: string, file_size?: number, last_modified?: number): Entry => ({
  name,
  path: `/Volumes/a/b/c/${name}`,
  is_directory: file_size === undefined,
  ...(file_size === undefined ? {} : { file_size }),
  ...(last_modified === undefined ? {} : { last_modified }),
});
const entries = [entry("b10", 5, 3), entry("z"), entry("B2", 9, 1), entry("a", 5, 2), entry("y")];
const names = (...args: Parameters<typeof sortedEntries>) => sortedEntries(...args).map(({ name }) => name);

describe("entries", () => {
  it("are sorted by name with folders first, numbers by their value, and case ignored", () => {
    expect(names(entries, { by: "name", descending: false })).toEqual(["y", "z", "a", "B2", "b10"]);
  });

  it("have folders first in the other direction too", () => {
    expect(names(entries, { by: "name", descending: true })).toEqual(["z", "y", "b10", "B2", "a"]);
  });

  it("are sorted by size and by time", () => {
    expect(names(entries, { by: "file_size", descending: false }).slice(2)).toEqual(["a", "b10", "B2"]);
    expect(names(entries, { by: "last_modified", descending: true }).slice(2)).toEqual(["b10", "a", "B2"]);
  });

  it("are those with the filter anywhere in their names", () => {
    expect(names(entries, { by: "name", descending: false }, " B")).toEqual(["B2", "b10"]);
  });
});

describe("a click on a column's head", () => {
  it("turns the direction of the same column, and begins another with the largest", () => {
    const byName = { by: "name", descending: false } as const;
    expect(nextSort(byName, "name")).toEqual({ by: "name", descending: true });
    expect(nextSort(byName, "file_size")).toEqual({ by: "file_size", descending: true });
  });
});
