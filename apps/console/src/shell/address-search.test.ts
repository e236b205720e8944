import { describe, expect, it } from "vitest";
import { parsedSearch, searchText } from "./address-search.ts";

describe("the parameters of an address", () => {
  it.each(["true", "1.0", "null", '{"a":1}', '"quoted"', "a b+c&d=e", "ü"])("%s stays a text", (value) => {
    expect(parsedSearch(searchText({ value }))).toEqual({ value });
  });

  it("what is undefined is left out", () => {
    expect(searchText({ sql: undefined })).toBe("");
    expect(searchText({ sql: undefined, view: "chart" })).toBe("?view=chart");
  });
});
