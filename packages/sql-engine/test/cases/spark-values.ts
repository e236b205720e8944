import { type Case, does, fails, gives, row } from "./case.ts";

const NONE = "VALUES (1, 2) AS t(a, b) WHERE a > 5";
const PAIRS = "VALUES (1, 2), (1, 2), (1, NULL), (3, 4) AS t(a, b)";
const TUPLES = "VALUES (1, NULL), (2, 3), (NULL, NULL), (4, 5) AS t(a, b)";

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
  row(
    "SELECT sequence(DATE '2024-01-03', DATE '2024-01-01'), sequence(1, 1, 0), sequence(1, 5, NULL)",
    ["2024-01-03", "2024-01-02", "2024-01-01"],
    [1],
    null,
  ),
  fails("SELECT sequence(DATE '2024-03-01', DATE '2024-01-01', INTERVAL 1 MONTH)", "INVALID_PARAMETER_VALUE"),
  fails(
    "SELECT sequence(DATE '2024-01-01', DATE '2024-01-03', INTERVAL 12 HOURS)",
    "INVALID_PARAMETER_VALUE",
  ),
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
  gives(
    "SELECT n FROM chars WHERE v = 'ab' OR c LIKE 'x' OR c BETWEEN 'x' AND 'x' OR upper(c) = 'X' OR coalesce(c, 'q') = 'x'",
    [],
  ),
  gives("SELECT count(*) FROM (SELECT c FROM chars UNION ALL SELECT d FROM chars) AS t(c) WHERE c = 'x'", [
    ["1"],
  ]),
  gives("SELECT decode(c, 'x', 1, 2) FROM chars ORDER BY n", [[1], [2], [2]]),
  gives("UPDATE chars SET n = 4 WHERE c = 'x'", [["1"]]),

  // Grouping sets over no rows give no row, not even a total.
  gives(`SELECT a, sum(b) FROM ${NONE} GROUP BY ROLLUP (a)`, []),
  gives(`SELECT a, count(*) FROM ${NONE} GROUP BY CUBE (a)`, []),
  gives(`SELECT count(*) FROM ${NONE} GROUP BY GROUPING SETS ((a), ())`, []),
  gives(`SELECT count(*) FROM ${NONE} GROUP BY a WITH ROLLUP HAVING count(*) >= 0 ORDER BY 1`, []),
  gives(`SELECT count(*) FROM ${NONE}`, [["0"]]),
  gives("SELECT a, grouping_id() FROM VALUES (1, 2) AS t(a, b) GROUP BY CUBE (a, b) ORDER BY 2, 1", [
    [1, "0"],
    [1, "1"],
    [null, "2"],
    [null, "3"],
  ]),
  fails(`SELECT grouping(a) FROM ${PAIRS}`, "UNSUPPORTED_GROUPING_EXPRESSION"),
  fails(`SELECT grouping_id(a) FROM ${PAIRS} GROUP BY a`, "UNSUPPORTED_GROUPING_EXPRESSION"),
  fails(`SELECT a FROM ${PAIRS} GROUP BY a HAVING grouping(a) = 0`, "UNSUPPORTED_GROUPING_EXPRESSION"),
  fails(`SELECT grouping(b) FROM ${PAIRS} GROUP BY ROLLUP (a)`, "GROUPING_COLUMN_MISMATCH"),
  fails(`SELECT grouping_id(b, a) FROM ${PAIRS} GROUP BY ROLLUP (a, b)`, "GROUPING_ID_COLUMN_MISMATCH"),

  // A star among the arguments stands for all columns.
  row(`SELECT count(DISTINCT *) FROM ${PAIRS}`, "2"),
  row(`SELECT count(*), count(* EXCEPT (b)), count(*, 1) FROM ${PAIRS}`, "4", "4", "3"),
  row(
    "SELECT coalesce(*), greatest(*), concat_ws(',', *), array(*) FROM VALUES (1, 2) AS t(a, b)",
    1,
    2,
    "1,2",
    [1, 2],
  ),
  row("SELECT sum(*) FROM VALUES (1), (2) AS t(a)", "3"),
  fails(`SELECT count(t.*) FROM ${PAIRS}`, "_LEGACY_ERROR_TEMP_1021"),
  fails(`SELECT count(DISTINCT t.*) FROM ${PAIRS}`, "_LEGACY_ERROR_TEMP_1021"),
  fails(`SELECT sum(*) FROM ${PAIRS}`, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),

  // Tuples in subqueries: a NULL compares as unknown.
  gives(`SELECT * FROM ${TUPLES} WHERE (a, b) NOT IN (SELECT 2, 3) ORDER BY a`, [
    [1, null],
    [4, 5],
  ]),
  gives(`SELECT * FROM ${TUPLES} WHERE (a, b) NOT IN (SELECT 4, CAST(NULL AS INT)) ORDER BY a`, [
    [1, null],
    [2, 3],
  ]),
  gives(`SELECT a FROM ${TUPLES} WHERE (a, b) NOT IN (SELECT 1, 2 WHERE false) ORDER BY a`, [
    [null],
    [1],
    [2],
    [4],
  ]),
  gives(`SELECT a FROM ${TUPLES} WHERE (a, b) IN (SELECT 1, CAST(NULL AS INT) UNION ALL SELECT 2, 3)`, [[2]]),
  row(
    "SELECT (1, NULL) NOT IN (SELECT 2, 3), (1, NULL) NOT IN (SELECT 1, 3), (2, 3) IN (SELECT 2, NULL)",
    true,
    false,
    false,
  ),
  gives(
    `SELECT a FROM ${TUPLES} WHERE (a, b) IN (SELECT x, y FROM VALUES (2, 3), (4, 6) AS u(x, y) WHERE x = t.a)`,
    [[2]],
  ),
  gives(
    `SELECT a FROM ${TUPLES} GROUP BY a HAVING (a, count(*)) IN (SELECT 2, 1L UNION ALL SELECT 4, NULL)`,
    [[2]],
  ),
  gives(`SELECT a FROM ${TUPLES} WHERE NOT ((a, b) IN (SELECT 1, 9) AND true) ORDER BY a`, [[2], [4]]),
  fails(
    `SELECT a FROM ${TUPLES} GROUP BY a HAVING (a, max(b)) NOT IN (SELECT 2, 3)`,
    "UNSUPPORTED_FEATURE.TUPLE_NOT_IN",
  ),

  // An aggregate in typeof() still aggregates.
  row("SELECT typeof(sum(i)) FROM VALUES (1), (2) AS t(i)", "bigint"),
  row("SELECT typeof(max(i)), typeof(count(*)) FROM VALUES (1), (2) AS t(i) WHERE i > 5", "int", "bigint"),
  row("SELECT typeof(first(i)) || typeof(avg(i)) FROM VALUES (1), (2) AS t(i)", "intdouble"),

  // A column can be given once.
  fails("INSERT INTO chars (n, N) VALUES (1, 2)", "COLUMN_ALREADY_EXISTS"),
  fails("INSERT OVERWRITE chars (c, c) VALUES ('a', 'b')", "COLUMN_ALREADY_EXISTS"),
  fails(
    "INSERT INTO chars BY NAME SELECT 1 AS n, 2 AS n",
    "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME",
  ),
  fails("UPDATE chars SET n = 1, N = 2", "DELTA_CONFLICT_SET_COLUMN"),
  fails(
    "MERGE INTO chars t USING (SELECT 1 AS k) s ON t.n = s.k WHEN MATCHED THEN UPDATE SET n = 1, n = 2",
    "DELTA_CONFLICT_SET_COLUMN",
  ),
  fails(
    "MERGE INTO chars t USING (SELECT 1 AS k) s ON t.n = s.k WHEN NOT MATCHED THEN INSERT (n, n) VALUES (1, 2)",
    "DELTA_DUPLICATE_COLUMNS_ON_INSERT",
  ),
];
