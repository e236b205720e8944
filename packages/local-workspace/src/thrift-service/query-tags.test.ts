import { expect, test } from "vitest";
import { queryTags } from "./query-tags.ts";

test.each([
  ["", []],
  ["team:sales", [{ key: "team", value: "sales" }]],
  ["team:sales,nightly", [{ key: "team", value: "sales" }, { key: "nightly" }]],
  [String.raw`at:12\:30\,or\\later`, [{ key: "at", value: String.raw`12:30,or\later` }]],
  [
    "empty:,next:1",
    [
      { key: "empty", value: "" },
      { key: "next", value: "1" },
    ],
  ],
])("the query tags %j are read as the drivers write them", (text, tags) => {
  expect(queryTags(new Map([["QUERY_TAGS", text]]))).toEqual(tags);
});

test("a statement without settings of its own has no query tags", () => {
  expect(queryTags(undefined)).toEqual([]);
});
