import { type Case, does, fails, gives, row, typed } from "./case.ts";

/** Statements that DuckDB alone would answer with another value. The values are PySpark 4.0's, with ANSI mode, in UTC. */
export const sparkValues: Case[] = [
  // sequence: steps of months count from the start.
  row("SELECT sequence(DATE '2024-01-31', DATE '2024-05-30', INTERVAL 1 MONTH)", [
    "2024-01-31",
    "2024-02-29",
    "2024-03-31",
    "2024-04-30",
  ]),
  row("SELECT sequence(DATE '2024-05-31', DATE '2024-02-29', INTERVAL -1 MONTH)", [
    "2024-05-31",
    "2024-04-30",
    "2024-03-31",
    "2024-02-29",
  ]),
  row("SELECT sequence(DATE '2024-02-29', DATE '2028-03-01', INTERVAL 2 YEAR)", [
    "2024-02-29",
    "2026-02-28",
    "2028-02-29",
  ]),
  row(
    "SELECT sequence(TIMESTAMP_NTZ '2024-01-31 12:00:00', TIMESTAMP_NTZ '2024-04-30 11:00:00', INTERVAL 1 MONTH)",
    ["2024-01-31 12:00:00", "2024-02-29 12:00:00", "2024-03-31 12:00:00"],
  ),
  row("SELECT sequence(DATE '2024-01-03', DATE '2024-01-01'), sequence(1, 1, 0), sequence(1, 5, NULL)", ["2024-01-03", "2024-01-02", "2024-01-01"], [1], null),
  fails("SELECT sequence(DATE '2024-03-01', DATE '2024-01-01', INTERVAL 1 MONTH)", "INVALID_PARAMETER_VALUE"),
  fails("SELECT sequence(DATE '2024-01-01', DATE '2024-01-03', INTERVAL 12 HOURS)", "INVALID_PARAMETER_VALUE"),
  fails("SELECT sequence('1', '3')", "DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES"),
  // CHAR(n) columns: constants and other CHAR columns are filled with spaces before a comparison.
  does("CREATE TABLE chars (c CHAR(3), d CHAR(5), v VARCHAR(4), n INT)"),
  does("INSERT INTO chars VALUES ('x', 'x', 'x', 1), ('ab', 'cd', 'ab ', 2), (NULL, 'zz', 'q', 3)"),
  gives("SELECT n FROM chars WHERE c = 'x'", [[1]]),
  gives("SELECT n FROM chars WHERE 'x    ' = c", [[1]]),
  gives("SELECT a.n FROM chars a JOIN chars b ON a.c = b.d", [[1]]),
  gives("SELECT n FROM chars WHERE c IN ('x', 'q')", [[1]]),
  gives("SELECT n FROM (SELECT c AS z, n FROM chars) WHERE z = concat('x', '')", [[1]]),
  gives("SELECT CASE c WHEN 'x' THEN 1 ELSE 0 END FROM chars ORDER BY n", [[1], [0], [0]]),
  gives("SELECT n FROM chars WHERE c IS DISTINCT FROM 'x' ORDER BY n", [[2], [3]]),
  gives("SELECT n FROM chars WHERE c = v", [[2]]),
  gives("SELECT n FROM chars WHERE v = 'ab' OR c LIKE 'x' OR c BETWEEN 'x' AND 'x' OR upper(c) = 'X' OR coalesce(c, 'q') = 'x'", []),
  gives("UPDATE chars SET n = 4 WHERE c = 'x'", [["1"]]),
];
