import { describe, expect, it } from "vitest";
import { runWords, statementAt, statementsOf } from "./statements.ts";

describe("statementsOf", () => {
  it.each([
    ["SELECT 1", [["SELECT 1", 0]]],
    [
      "SELECT 1;\nSELECT 2;\n",
      [
        ["SELECT 1", 0],
        ["SELECT 2", 10],
      ],
    ],
    [
      "SELECT ';'; SELECT 2",
      [
        ["SELECT ';'", 0],
        ["SELECT 2", 12],
      ],
    ],
    ["-- nothing\n;;", []],
    ["BEGIN SELECT 1; SELECT 2; END", [["BEGIN SELECT 1; SELECT 2; END", 0]]],
  ] as const)("%j has %j", (text, expected) => {
    expect(statementsOf(text).map(({ sql, from }) => [sql, from])).toEqual(expected);
  });
});

describe("statementAt", () => {
  const text = "SELECT 1;\nSELECT 2;\n\n";
  it.each([
    [0, "SELECT 1"],
    [8, "SELECT 1"],
    [10, "SELECT 2"],
    [text.length, "SELECT 2"],
  ])("takes the statement that the cursor at %i is in or behind", (cursor, sql) => {
    expect(statementAt(text, cursor)?.sql).toBe(sql);
  });

  it("takes the first where the cursor stands before it", () => {
    expect(statementAt("\n\nSELECT 1", 0)?.sql).toBe("SELECT 1");
  });

  it("takes none from an empty text", () => {
    expect(statementAt(" \n", 1)).toBeUndefined();
  });
});

describe("runWords", () => {
  const text = "SELECT 1;\nSELECT 2;\nSELECT 3";
  it.each([
    [text, 0, 0, "Run statement 1 of 3"],
    [text, 12, 12, "Run statement 2 of 3"],
    [text, 0, 4, "Run selection"],
    [`\n\n${text}`, 0, 0, "Run statement 1 of 3"],
    ["SELECT 1;", 3, 3, "Run"],
    ["", 0, 0, "Run"],
  ])("of %j with the selection %i to %i: %s", (sql, from, to, words) => {
    expect(runWords(sql, { from, to })).toBe(words);
  });
});
