import { describe, expect, it } from "vitest";
import { csvRows } from "./csv-rows.ts";

const all = { isCut: false, rowsMax: 100 };

describe("csvRows", () => {
  it("reads quotes, separators and line breaks in cells", () => {
    expect(csvRows('a,b\r\n"x, ""y""","1\n2"\r\n,\r\n', all)).toEqual({
      head: ["a", "b"],
      rows: [
        ['x, "y"', "1\n2"],
        ["", ""],
      ],
      hasMore: false,
    });
  });

  it.each(["\t", ";", "|"])("finds the separator %j", (separator) => {
    const text = [
      ["a", "b"],
      ["1", "2"],
    ]
      .map((row) => row.join(separator))
      .join("\n");
    expect(csvRows(text, all)).toMatchObject({ head: ["a", "b"], rows: [["1", "2"]] });
  });

  it("leaves out the last line of a text that is cut, which may be a part of one", () => {
    expect(csvRows("a,b\n1,2\n3,4", { ...all, isCut: true })).toMatchObject({
      rows: [["1", "2"]],
      hasMore: true,
    });
  });

  it("has at most so many rows, and says whether there are more", () => {
    const text = "a\n1\n2\n3\n";
    expect(csvRows(text, { isCut: false, rowsMax: 2 })).toMatchObject({
      rows: [["1"], ["2"]],
      hasMore: true,
    });
    expect(csvRows(text, { isCut: false, rowsMax: 3 })).toMatchObject({ hasMore: false });
    expect(csvRows(`${text}4`, { isCut: true, rowsMax: 3 }).rows).toEqual([["1"], ["2"], ["3"]]);
  });
});
