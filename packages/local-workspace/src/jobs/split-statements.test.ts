import { expect, test } from "vitest";
import { splitStatements } from "./split-statements.ts";

test("a semicolon in a string, a quoted name or a comment separates nothing", () => {
  const statements = ["SELECT 'a;b', 'it''s; \\';', \"c;d\"", "-- one; two\nSELECT `e;f` /* g; h */ - 1 / 2"];
  expect(splitStatements(`${statements.join(" ;\n")};`)).toEqual(statements);
});

test("what has no words is no statement", () => {
  expect(splitStatements(" ;; -- nothing;\n/* at all; */ ;")).toEqual([]);
  expect(splitStatements("SELECT 1; SELECT 'open")).toEqual(["SELECT 1", "SELECT 'open"]);
});

test("a string that nothing ends goes to the end of the file, also if that is a backslash", () => {
  for (const quote of ["'", '"']) {
    const open = `SELECT ${quote}a\\${quote};b\\`;
    expect(splitStatements(open)).toEqual([open]);
  }
});
