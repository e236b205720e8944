import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOnly, sqlPieces } from "./sql-pieces.ts";

describe("codeOnly", () => {
  it.each([
    ["SELECT 'a;b', 1", "SELECT      , 1"],
    [`SELECT "a;b"`, "SELECT      "],
    [String.raw`SELECT 'it\'s; -- ', 1`, "SELECT             , 1"],
    ["SELECT 'it''s;', 1", "SELECT         , 1"],
    [String.raw`SELECT r'\', 1`, "SELECT     , 1"],
    ["SELECT `a;b`.c", "SELECT      .c"],
    ["SELECT 1 -- a;b\n, 2", "SELECT 1       \n, 2"],
    ["SELECT /* a /* b; */ c; */ 1", "SELECT                     1"],
    ["SELECT 'open;", "SELECT       "],
    ["SELECT /* open;", "SELECT         "],
  ])("%s has the code %j", (sql, code) => {
    expect(codeOnly(sql)).toBe(code);
  });
});

describe("sqlPieces", () => {
  it("covers any text without a gap", () => {
    const text = fc
      .array(fc.constantFrom("'", '"', "`", "--", "/*", "*/", "\\", "\n", "r'", "a", ";"))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(text, (sql) => {
        const pieces = sqlPieces(sql);
        expect(pieces.map(({ from, to }) => sql.slice(from, to)).join("")).toBe(sql);
      }),
    );
  });

  it("takes time that grows with the text alone", () => {
    // A backslash at the end, with nothing behind it, must not make each quote search to the end again.
    for (const part of ["'", '"', "`", "/*", "--", "'\\", "r'"]) {
      expect(sqlPieces(part.repeat(200_000)).at(-1)?.to).toBe(part.length * 200_000);
    }
  });
});
