import { type Case, fails, gives, row, typed } from "./case.ts";

const SALES =
  "VALUES ('a', 1, 10.0), ('a', 2, 20.0), ('b', 1, 5.0), (NULL, 3, 1.0) AS sales(region, quarter, amount)";

export const queries: Case[] = [
  gives(`SELECT region FROM ${SALES} ORDER BY region, quarter`, [[null], ["a"], ["a"], ["b"]]),
  gives(`SELECT DISTINCT region FROM ${SALES} ORDER BY region DESC`, [["b"], ["a"], [null]]),
  gives(`SELECT region FROM ${SALES} ORDER BY region ASC NULLS LAST LIMIT 2 OFFSET 1`, [["a"], ["b"]]),
  gives(
    `SELECT region, sum(amount) AS total FROM ${SALES} GROUP BY region HAVING total > 4 ORDER BY total DESC`,
    [
      ["a", "30.0"],
      ["b", "5.0"],
    ],
    ["string", "decimal(13,1)"],
  ),
  gives(
    `SELECT region, count(*), avg(amount) FROM ${SALES} GROUP BY ALL ORDER BY ALL_REGION`.replace(
      "ALL_REGION",
      "1",
    ),
    [
      [null, "1", "1.00000"],
      ["a", "2", "15.00000"],
      ["b", "1", "5.00000"],
    ],
  ),
  gives(`SELECT upper(region) AS r, count(1) FROM ${SALES} GROUP BY r ORDER BY r`, [
    [null, "1"],
    ["A", "2"],
    ["B", "1"],
  ]),
  gives(
    `SELECT region, quarter, sum(amount) FROM ${SALES} WHERE region IS NOT NULL GROUP BY ROLLUP (region, quarter) ORDER BY region, quarter`,
    [
      [null, null, "35.0"],
      ["a", null, "30.0"],
      ["a", 1, "10.0"],
      ["a", 2, "20.0"],
      ["b", null, "5.0"],
      ["b", 1, "5.0"],
    ],
  ),
  gives(
    `SELECT region, grouping(region), count(*) FROM ${SALES} WHERE region IS NOT NULL GROUP BY GROUPING SETS ((region), ()) ORDER BY 2, 1`,
    [
      ["a", 0, "2"],
      ["b", 0, "1"],
      [null, 1, "3"],
    ],
  ),
  typed(
    "SELECT sum(x), avg(x), min(x), max(x), count(x), count(*) FROM VALUES (1), (2), (NULL) AS t(x)",
    "bigint double int int bigint bigint",
    "3",
    1.5,
    1,
    2,
    "2",
    "3",
  ),
  typed(
    "SELECT sum(x), avg(x) FROM VALUES (1.50), (2.25) AS t(x)",
    "decimal(13,2) decimal(7,6)",
    "3.75",
    "1.875000",
  ),
  row(
    "SELECT count(DISTINCT x), count(DISTINCT x, y), count_if(x > 1), sum(DISTINCT x), count(x) FILTER (WHERE x > 1) FROM VALUES (1, 1), (1, 2), (2, NULL) AS t(x, y)",
    "2",
    "2",
    "1",
    "3",
    "1",
  ),
  fails("SELECT sum(x) FROM VALUES (9223372036854775807L), (1L) AS t(x)", "ARITHMETIC_OVERFLOW"),
  row("SELECT sum(x), max(x), count(x) FROM VALUES (1) AS t(x) WHERE x > 1", null, null, "0"),
  row(
    "SELECT collect_list(x), collect_set(y), array_agg(x) FROM VALUES (1, 'a'), (NULL, 'a'), (2, NULL) AS t(x, y)",
    [1, 2],
    ["a"],
    [1, 2],
  ),
  row(
    "SELECT first(x), last(x), first(x, true), any_value(x), max_by(x, y), min_by(x, y) FROM VALUES (NULL, 3), ('b', 2), ('c', 1) AS t(x, y)",
    null,
    "c",
    "b",
    null,
    null,
    "c",
  ),
  row(
    "SELECT stddev(x), var_pop(x), median(x), percentile(x, 0.25), approx_percentile(x, 0.5), bool_and(x > 0), bool_or(x > 3) FROM VALUES (1), (2), (3), (4) AS t(x)",
    1.2909944487358056,
    1.25,
    2.5,
    1.75,
    2,
    true,
    true,
  ),
  row(
    "SELECT string_agg(x, ',') WITHIN GROUP (ORDER BY x DESC), percentile_cont(0.5) WITHIN GROUP (ORDER BY y) FROM VALUES ('a', 1), ('b', 2) AS t(x, y)",
    "b,a",
    1.5,
  ),
  fails("SELECT a, sum(b) FROM VALUES (1, 2) AS t(a, b)", "MISSING_AGGREGATION"),
  fails("SELECT a FROM VALUES (1) AS t(a) WHERE sum(a) > 1", "INVALID_WHERE_CONDITION"),
  gives(
    "SELECT a, row_number() OVER (ORDER BY a DESC), rank() OVER (ORDER BY b), lag(a) OVER (ORDER BY a), sum(a) OVER (ORDER BY a), sum(a) OVER () FROM VALUES (1, 1), (2, 1), (3, 2) AS t(a, b) ORDER BY a",
    [
      [1, 3, 1, null, "1", "6"],
      [2, 2, 1, 1, "3", "6"],
      [3, 1, 3, 2, "6", "6"],
    ],
    ["int", "int", "int", "int", "bigint", "bigint"],
  ),
  gives(
    "SELECT a, sum(a) OVER w, avg(a) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM VALUES (1), (2), (3) AS t(a) WINDOW w AS (ORDER BY a) ORDER BY a",
    [
      [1, "1", 1],
      [2, "3", 1.5],
      [3, "6", 2.5],
    ],
  ),
  gives(
    "SELECT a, first_value(b) OVER (PARTITION BY a ORDER BY b DESC), last_value(b) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), ntile(2) OVER (ORDER BY b), lead(b, 1, -1) OVER (ORDER BY b) FROM VALUES ('x', 1), ('x', 2), ('y', 3) AS t(a, b) ORDER BY b",
    [
      ["x", 2, 2, 1, 2],
      ["x", 2, 2, 1, 3],
      ["y", 3, 3, 2, -1],
    ],
  ),
  gives(
    `SELECT region, amount FROM ${SALES} QUALIFY row_number() OVER (PARTITION BY region ORDER BY amount DESC) = 1 ORDER BY amount`,
    [
      [null, "1.0"],
      ["b", "5.0"],
      ["a", "20.0"],
    ],
  ),
  fails("SELECT row_number()", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE"),
  gives(
    "SELECT l.k, r.v FROM VALUES (1), (2) AS l(k) LEFT JOIN VALUES (1, 'x') AS r(k, v) ON l.k = r.k ORDER BY l.k",
    [
      [1, "x"],
      [2, null],
    ],
  ),
  gives("SELECT * FROM VALUES (1, 'a'), (2, 'b') AS l(k, v) JOIN VALUES (2, 'c') AS r(k, w) USING (k)", [
    [2, "b", "c"],
  ]),
  gives("SELECT k, l.k, r.k FROM VALUES (1) AS l(k) FULL JOIN VALUES (2) AS r(k) USING (k) ORDER BY k", [
    [1, 1, null],
    [2, null, 2],
  ]),
  gives("SELECT * FROM VALUES (1), (2), (3) AS l(k) LEFT SEMI JOIN VALUES (2), (2) AS r(k) ON l.k = r.k", [
    [2],
  ]),
  gives(
    "SELECT * FROM VALUES (1), (2), (NULL) AS l(k) LEFT ANTI JOIN VALUES (2) AS r(k) ON l.k = r.k ORDER BY k",
    [[null], [1]],
  ),
  gives("SELECT * FROM VALUES (1) AS a(x) NATURAL JOIN VALUES (1, 'y') AS b(x, y)", [[1, "y"]]),
  gives("SELECT a.x, b.y FROM VALUES (1), (2) AS a(x) CROSS JOIN VALUES (3) AS b(y) ORDER BY 1", [
    [1, 3],
    [2, 3],
  ]),
  gives("SELECT a.x, s.d FROM VALUES (1), (2) AS a(x), LATERAL (SELECT a.x * 2 AS d) AS s ORDER BY 1", [
    [1, 2],
    [2, 4],
  ]),
  fails("SELECT k FROM VALUES (1) AS l(k) JOIN VALUES (1) AS r(k) ON l.k = r.k", "AMBIGUOUS_REFERENCE"),
  gives(
    "WITH q AS (SELECT 1 AS a UNION ALL SELECT 2), p (b) AS (SELECT max(a) FROM q) SELECT q.a, p.b FROM q, p ORDER BY a",
    [
      [1, 2],
      [2, 2],
    ],
  ),
  fails("WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r", "UNSUPPORTED_FEATURE.RECURSIVE_CTE"),
  gives("SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 2 ORDER BY a", [[1], [2]]),
  gives("SELECT 1 AS a UNION ALL SELECT 2.5", [["1.0"], ["2.5"]], ["decimal(11,1)"]),
  gives("(SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 2) EXCEPT SELECT 1", [[2]]),
  gives("SELECT * FROM VALUES (1), (2), (2) MINUS SELECT 1", [[2]]),
  gives("SELECT 1 INTERSECT SELECT 1", [[1]]),
  fails("SELECT 1, 2 UNION SELECT 1", "NUM_COLUMNS_MISMATCH"),
  fails("SELECT 1 UNION SELECT array(1)", "INCOMPATIBLE_COLUMN_TYPE"),
  row(
    "SELECT (SELECT max(a) FROM VALUES (1), (5) AS t(a)), EXISTS (SELECT 1 WHERE false), 2 IN (SELECT a FROM VALUES (1), (2) AS t(a)), (1, 'a') IN (SELECT 1, 'a')",
    5,
    false,
    true,
    true,
  ),
  gives(
    "SELECT a, (SELECT count(*) FROM VALUES (1), (1), (2) AS u(b) WHERE u.b = t.a) AS n FROM VALUES (1), (3) AS t(a) ORDER BY a",
    [
      [1, "2"],
      [3, "0"],
    ],
  ),
  fails("SELECT (SELECT a FROM VALUES (1), (2) AS t(a))", "SCALAR_SUBQUERY_TOO_MANY_ROWS"),
  gives("SELECT * EXCEPT (b) FROM VALUES (1, 2, 3) AS t(a, b, c)", [[1, 3]]),
  fails("SELECT * EXCEPT (z) FROM VALUES (1) AS t(a)", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
  gives("SELECT t.*, 1 AS a FROM VALUES (7) AS t(a)", [[7, 1]]),
  gives("SELECT 1 AS a, a + 1 AS b, b * 2 AS c", [[1, 2, 4]]),
  gives(
    `SELECT * FROM (SELECT region, quarter, amount FROM ${SALES}) PIVOT (sum(amount) FOR quarter IN (1 AS q1, 2 AS q2)) ORDER BY region`,
    [
      [null, null, null],
      ["a", "10.0", "20.0"],
      ["b", "5.0", null],
    ],
  ),
  gives(
    `SELECT * FROM (SELECT region, quarter, amount FROM ${SALES} WHERE region = 'a') PIVOT (sum(amount) AS s, count(*) AS n FOR quarter IN (1, 3))`,
    [["a", "10.0", "1", null, null]],
  ),
  gives("SELECT * FROM VALUES (1, 10, NULL) AS t(id, x, y) UNPIVOT (v FOR name IN (x, y))", [[1, "x", 10]]),
  gives("SELECT id FROM range(2, 8, 3)", [["2"], ["5"]], ["bigint"]),
  gives("FROM VALUES (1), (2) AS t(a) SELECT a WHERE a > 1", [[2]]),
  fails("SELECT a FROM VALUES (1) AS t(a) |> WHERE a > 1", "UNSUPPORTED_FEATURE.PIPE_SYNTAX"),
  fails("SELECT * FROM range(10) TABLESAMPLE (50 PERCENT)", "UNSUPPORTED_FEATURE.TABLESAMPLE"),
  fails("SELECT nope FROM VALUES (1) AS t(a)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
  fails("SELECT * FROM nope", "TABLE_OR_VIEW_NOT_FOUND"),
  fails("SELECT nope(1)", "UNRESOLVED_ROUTINE"),
  fails("SELECT User_Defined(1)", "UNSUPPORTED_FEATURE.USER_DEFINED_FUNCTION"),
  fails("SELECT main.default.user_defined(1)", "UNSUPPORTED_FEATURE.USER_DEFINED_FUNCTION"),
  fails("SELECT * FROM main.default.user_defined(1)", "UNSUPPORTED_FEATURE.USER_DEFINED_FUNCTION"),
  fails("SELECT upper()", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),
  fails("SELECT xxhash64('a')", "UNSUPPORTED_FEATURE.FUNCTION"),
  fails("SELECT raise_error('custom')", "USER_RAISED_EXCEPTION"),
  fails("EXPLAIN SELECT 1", "UNSUPPORTED_FEATURE.EXPLAIN"),
  row(
    "SELECT current_catalog(), current_schema(), current_database(), current_user()",
    "main",
    "default",
    "default",
    "tester@example.com",
  ),
  gives("SELECT corr(c, c) FROM VALUES (1D) AS t(c)", [[null]]),
];
