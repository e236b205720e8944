import { describe, expect, it } from "vitest";
import { errorRange } from "./error-position.ts";

const sql = "SELECT *\nFROM missing.t\nWHERE";
const underlined = (message: string) => {
  const range = errorRange(message, sql);
  return range && sql.slice(range.from, range.to);
};

describe("errorRange", () => {
  it.each([
    ["[TABLE_OR_VIEW_NOT_FOUND] … SQLSTATE: 42P01 (line 2, pos 5)", "missing.t"],
    ["… == SQL (line 2, position 6) ==", "missing.t"],
    ["[PARSE_SYNTAX_ERROR] … (line 3, pos 5)", "E"],
    ["[DIVIDE_BY_ZERO] no place", undefined],
    ["(line 9, pos 0)", undefined],
    ["(line 1, pos 99)", undefined],
  ])("%s underlines %j", (message, expected) => {
    expect(underlined(message)).toBe(expected);
  });
});
