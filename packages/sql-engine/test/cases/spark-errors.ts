import { type Case, does, fails, gives, row } from "./case.ts";

const NUMBERS = "VALUES (1), (2) AS t(a)";
const PAIR = "VALUES (1) AS a(k), VALUES (1) AS b(k)";

/** Wrong statements with Spark's error class, and valid ones that were refused. */
export const sparkErrors: Case[] = [
  // Positions and windows.
  fails("SELECT a FROM VALUES (1) AS t(a) ORDER BY -1", "ORDER_BY_POS_OUT_OF_RANGE"),
  fails("SELECT 1 UNION SELECT 2 ORDER BY 2", "ORDER_BY_POS_OUT_OF_RANGE"),
  fails("SELECT a, count(*) FROM VALUES (1) AS t(a) GROUP BY -1", "GROUP_BY_POS_OUT_OF_RANGE"),
  fails("SELECT a, count(*) FROM VALUES (1) AS t(a) GROUP BY 2", "GROUP_BY_POS_AGGREGATE"),
  fails("SELECT rank() OVER () FROM VALUES (1) AS t(a)", "_LEGACY_ERROR_TEMP_1037"),
  fails("SELECT row_number() OVER (PARTITION BY a) FROM VALUES (1) AS t(a)", "_LEGACY_ERROR_TEMP_1037"),
  fails("SELECT lag(a) OVER () FROM VALUES (1) AS t(a)", "_LEGACY_ERROR_TEMP_1037"),
  fails(
    "SELECT rank() OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM VALUES (1) AS t(a)",
    "_LEGACY_ERROR_TEMP_1036",
  ),
  fails(
    "SELECT nth_value(a, 0) OVER (ORDER BY a) FROM VALUES (1) AS t(a)",
    "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
  ),
  fails(
    "SELECT nth_value(a, a) OVER (ORDER BY a) FROM VALUES (1) AS t(a)",
    "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
  ),
  fails("SELECT ntile(0) OVER (ORDER BY a) FROM VALUES (1) AS t(a)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
  fails("SELECT ntile(a) OVER (ORDER BY a) FROM VALUES (1) AS t(a)", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"),
  fails(
    "SELECT a FROM VALUES (1) AS t(a) WHERE row_number() OVER (ORDER BY a) = 1",
    "_LEGACY_ERROR_TEMP_1034",
  ),
  fails(
    "SELECT a FROM VALUES (1) AS t(a) HAVING row_number() OVER (ORDER BY a) = 1",
    "_LEGACY_ERROR_TEMP_1034",
  ),
  fails("SELECT sum(row_number() OVER (ORDER BY a)) FROM VALUES (1) AS t(a)", "_LEGACY_ERROR_TEMP_1031"),
  fails("SELECT sum(sum(a)) FROM VALUES (1) AS t(a)", "NESTED_AGGREGATE_FUNCTION"),
  fails("SELECT count(*) FROM VALUES (1) AS t(a) GROUP BY max(a)", "GROUP_BY_AGGREGATE"),
  fails(
    `SELECT * FROM VALUES (1) AS l(k) JOIN VALUES (1) AS r(k) ON max(l.k) = 1`,
    "UNSUPPORTED_EXPR_FOR_OPERATOR",
  ),
  fails(
    "SELECT row_number() OVER (ORDER BY row_number() OVER (ORDER BY a)) FROM VALUES (1) AS t(a)",
    "UNSUPPORTED_FEATURE.NESTED_WINDOW",
  ),
  fails(
    "SELECT sum(a) OVER (ORDER BY 'x' RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM VALUES (1) AS t(a)",
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
  ),
  fails(
    "SELECT sum(a) OVER (ORDER BY a, a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM VALUES (1) AS t(a)",
    "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER",
  ),
  fails(
    "SELECT sum(a) OVER (ROWS BETWEEN a PRECEDING AND CURRENT ROW) FROM VALUES (1) AS t(a)",
    "_LEGACY_ERROR_TEMP_0064",
  ),
  fails(
    "SELECT max(a) OVER (ORDER BY a ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM VALUES (1) AS t(a)",
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
  ),
  fails("SELECT count(DISTINCT a) OVER () FROM VALUES (1) AS t(a)", "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED"),
  fails("SELECT sum(a) FILTER (WHERE a > 1) OVER () FROM VALUES (1) AS t(a)", "_LEGACY_ERROR_TEMP_1030"),
  fails("SELECT max(a) OVER w FROM VALUES (1) AS t(a)", "MISSING_WINDOW_SPECIFICATION"),

  // Patterns, arguments and names.
  fails("SELECT 'a' RLIKE '['", "INVALID_PARAMETER_VALUE.PATTERN"),
  fails("SELECT regexp_replace('a', '(', 'b')", "INVALID_PARAMETER_VALUE.PATTERN"),
  fails("SELECT regexp_extract('a', '*a', 0)", "INVALID_PARAMETER_VALUE.PATTERN"),
  fails("SELECT 'a' RLIKE 'a++'", "UNSUPPORTED_FEATURE.REGULAR_EXPRESSION"),
  fails("SELECT 'a' LIKE 'a' ESCAPE 'xx'", "INVALID_ESC"),
  fails("SELECT 'ab' LIKE 'a#b' ESCAPE '#'", "INVALID_FORMAT.ESC_IN_THE_MIDDLE"),
  fails(String.raw`SELECT 'a' LIKE 'a\\'`, "INVALID_FORMAT.ESC_AT_THE_END"),
  fails("SELECT percentile(a, 2) FROM VALUES (1) AS t(a)", "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
  fails("SELECT map_from_arrays(array(1, 2), array(1))", "INVALID_PARAMETER_VALUE"),
  fails("SELECT * FROM range(1, 10, 0)", "INVALID_PARAMETER_VALUE"),
  fails("SELECT to_binary('zz', 'hex')", "CONVERSION_INVALID_INPUT"),
  fails("SELECT from_utc_timestamp('2024-01-01', 'Nowhere/City')", "INVALID_TIMEZONE"),
  fails("SELECT from_utc_timestamp('2024-01-01', '+18:01')", "INVALID_TIMEZONE"),
  fails("SELECT to_utc_timestamp('2024-01-01', 'UTC+05:60')", "INVALID_TIMEZONE"),
  fails("SELECT to_utc_timestamp('2024-01-01', '+530')", "INVALID_TIMEZONE"),
  gives("SELECT DISTINCT a + 1 AS n FROM VALUES (1), (2) AS t(a) ORDER BY a + 1 DESC", [[3], [2]]),
  gives("SELECT DISTINCT a FROM VALUES (1), (2) AS t(a) ORDER BY -a", [[2], [1]]),
  fails("SELECT * FROM VALUES (row_number() OVER (ORDER BY 1))", "UNSUPPORTED_EXPR_FOR_OPERATOR"),
  fails(
    "SELECT exists(array(1), x -> x IN (SELECT 1))",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION",
  ),
  fails("SELECT a FROM VALUES (1) AS t(a) LIMIT a", "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE"),
  fails("SELECT a FROM VALUES (1) AS t(a) LIMIT NULL", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL"),
  fails("SELECT DISTINCT a FROM VALUES (1, 2) AS t(a, b) ORDER BY b", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
  fails("WITH q AS (SELECT 1), q AS (SELECT 2) SELECT * FROM q", "DUPLICATED_CTE_NAMES"),
  fails(
    "SELECT * FROM (WITH a AS (SELECT 1), b AS (SELECT 2), a AS (SELECT 3) SELECT * FROM a)",
    "DUPLICATED_CTE_NAMES",
  ),
  gives("WITH q AS (SELECT 1) SELECT * FROM (WITH q AS (SELECT 2) SELECT * FROM q)", [[2]]),

  // Subqueries in the condition of an outer join.
  does("CREATE TABLE l (k INT, v STRING)"),
  does("CREATE TABLE r (k INT, w STRING)"),
  does("CREATE TABLE s (k INT, x INT)"),
  does("INSERT INTO l VALUES (1, 'a'), (2, 'b'), (NULL, 'n')"),
  does("INSERT INTO r VALUES (1, 'p'), (3, 'q'), (2, NULL)"),
  does("INSERT INTO s VALUES (1, 10), (2, 20)"),
  gives(
    "SELECT l.k, r.k FROM l LEFT JOIN r ON l.k = r.k AND EXISTS (SELECT 1 FROM s WHERE s.k = l.k AND s.x > 10) ORDER BY 1",
    [
      [null, null],
      [1, null],
      [2, 2],
    ],
  ),
  gives("SELECT l.k, r.k FROM l RIGHT JOIN r ON l.k = r.k AND r.k IN (SELECT k FROM s) ORDER BY 2", [
    [1, 1],
    [2, 2],
    [null, 3],
  ]),
  gives(
    "SELECT * FROM l FULL JOIN r ON l.k = r.k AND l.k IN (SELECT k FROM s WHERE s.k = l.k) ORDER BY 1, 3",
    [
      [null, "n", null, null],
      [null, null, 3, "q"],
      [1, "a", 1, "p"],
      [2, "b", 2, null],
    ],
  ),
  gives("SELECT l.k, r.k FROM l LEFT JOIN r ON l.k = r.k AND l.k NOT IN (SELECT k FROM s) ORDER BY 1", [
    [null, null],
    [1, null],
    [2, null],
  ]),
  gives(
    "SELECT l.k FROM l LEFT ANTI JOIN r ON l.k = r.k AND (r.k = 1 OR EXISTS (SELECT 1 FROM s WHERE s.k = l.k AND x = 20)) ORDER BY 1",
    [[null]],
  ),
  fails(
    "SELECT l.k FROM l LEFT JOIN r ON EXISTS (SELECT 1 FROM s WHERE s.k = l.k AND s.k = r.k)",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
  ),
  gives(
    "SELECT l.k, m FROM l LEFT JOIN LATERAL (SELECT x AS m FROM s WHERE s.k = l.k) t ON m > 10 ORDER BY 1",
    [
      [null, null],
      [1, null],
      [2, 20],
    ],
  ),

  fails(
    "SELECT * FROM l JOIN LATERAL (SELECT l.k + 1 AS y) t ON EXISTS (SELECT 1 WHERE l.k = 1)",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY",
  ),
  fails(
    "SELECT l.k FROM l LEFT JOIN r ON EXISTS (SELECT 1 FROM s WHERE x = nope)",
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
  ),
  fails(
    "SELECT l.k FROM l LEFT JOIN (SELECT k AS z, k AS v FROM r) ON EXISTS (SELECT 1 FROM s WHERE v = 1)",
    "AMBIGUOUS_REFERENCE",
  ),
  fails("SELECT * FROM l RIGHT JOIN LATERAL (SELECT l.k) t", "INVALID_LATERAL_JOIN_TYPE"),
  row(
    "SELECT concat_ws(x, 'a', NULL, 'b'), array_join(array('a', 'b'), x), substring_index('a.b.c', x, 2) FROM VALUES ('.') AS t(x)",
    "a.b",
    "a.b",
    "a.b",
  ),
  fails("SELECT bit_and('3')", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),

  // Names that only the list or only the tables have.
  gives(`SELECT a.k FROM ${PAIR} ORDER BY k`, [[1]]),
  gives(`SELECT a.k, count(*) AS n FROM ${PAIR} GROUP BY a.k HAVING k > 0 ORDER BY n DESC, k`, [[1, "1"]]),
  gives(`SELECT DISTINCT a.k FROM ${PAIR} ORDER BY k`, [[1]]),
  fails(`SELECT a.k, b.k FROM ${PAIR} ORDER BY k`, "AMBIGUOUS_REFERENCE"),
  gives("SELECT a, b FROM VALUES (2, 1), (1, 2) AS t(a, b) ORDER BY ALL DESC", [
    [2, 1],
    [1, 2],
  ]),
  gives("SELECT a FROM VALUES (1), (2) AS t(a) ORDER BY a LIMIT 1 + 0", [[1]]),

  // DEFAULT, WITH and BY NAME.
  does("CREATE TABLE defaults (id INT, a INT DEFAULT 7, b STRING DEFAULT 'd')"),
  does("INSERT INTO defaults VALUES (1, DEFAULT, DEFAULT), (2, 3, default)"),
  does("INSERT INTO defaults (b, id) SELECT DEFAULT, 3"),
  does("WITH q AS (SELECT 4 AS id) INSERT INTO defaults (id) SELECT id FROM q"),
  gives(
    "WITH q AS (SELECT 2 AS id, 5 AS a) MERGE INTO defaults t USING q ON t.id = q.id WHEN MATCHED THEN UPDATE SET a = q.a",
    [["1", "1", "0", "0"]],
  ),
  gives("SELECT * FROM defaults ORDER BY id", [
    [1, 7, "d"],
    [2, 5, "d"],
    [3, 7, "d"],
    [4, 7, "d"],
  ]),
  does("INSERT INTO defaults BY NAME SELECT DEFAULT AS b, 5 AS id"),
  gives("SELECT * FROM defaults WHERE id = 5", [[5, 7, "d"]]),
  fails(
    "WITH q AS (SELECT 1 AS id) MERGE INTO defaults t USING q ON t.id = q.id AND t.id IN (SELECT id FROM q) WHEN MATCHED THEN DELETE",
    "UNSUPPORTED_FEATURE.WITH_MERGE",
  ),
  fails("CREATE TABLE bad (v VARCHAR(2) DEFAULT 'abc')", "EXCEED_LIMIT_LENGTH"),
  gives("SELECT 1 AS a, 2 AS b UNION ALL BY NAME SELECT 3 AS b, 4 AS a ORDER BY a", [
    [1, 2],
    [4, 3],
  ]),
  gives("SELECT 1 AS a UNION BY NAME SELECT 1 AS A", [[1]]),
  fails("SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
  row(
    "SELECT struct(1 AS a, 'x' b), (1, 2) = (1, 2), struct(1 AS a) = struct(1 AS b)",
    { a: 1, b: "x" },
    true,
    true,
  ),
  gives("SELECT * FROM explode(collection => array(1, 2))", [[1], [2]]),
  row(
    "SELECT overlay(NULL PLACING 'a' FROM 1), size(NULL), map_keys(NULL), sort_array(NULL), array_size(NULL), array_join(NULL, ',')",
    null,
    null,
    null,
    null,
    null,
    null,
  ),

  // Subqueries among the operands and arguments of what DuckDB computes in a lambda.
  row(
    `SELECT (SELECT sum(a) FROM ${NUMBERS}) / (SELECT count(*) FROM ${NUMBERS}), (SELECT 7) DIV (SELECT count(*) FROM ${NUMBERS})`,
    1.5,
    "3",
  ),
  row(
    `SELECT substring((SELECT 'abc'), (SELECT max(a) FROM ${NUMBERS})), array(5, 6, 7)[(SELECT max(a) FROM ${NUMBERS})], round((SELECT avg(a) FROM ${NUMBERS}), 0)`,
    "bc",
    7,
    2,
  ),
  gives(
    `SELECT n, (SELECT sum(a) FROM ${NUMBERS}) / (SELECT count(*) FROM ${NUMBERS} WHERE a >= n) FROM VALUES (1), (2) AS u(n) ORDER BY n`,
    [
      [1, 1.5],
      [2, 3],
    ],
  ),
];
