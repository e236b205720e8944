import { type Case, fails, gives, row, typed } from "./case.ts";

/** Functions and literals that DuckDB alone would answer with another value. The values are PySpark 4.0's. */
export const sparkFunctions: Case[] = [
  // A sign belongs to its own part of an interval.
  row(
    "SELECT INTERVAL -1 YEAR 1 MONTH, INTERVAL 1 YEAR -1 MONTH, INTERVAL -'1' YEAR '1' MONTH",
    "-0-11",
    "0-11",
    "-0-11",
  ),
  row(
    "SELECT INTERVAL -1 DAY 2 HOURS, INTERVAL +1 DAY -2 HOUR, INTERVAL -1 WEEK 1 DAY",
    "-0 22:00:00.000000000",
    "0 22:00:00.000000000",
    "-6 00:00:00.000000000",
  ),
  row(
    "SELECT DATE '2024-03-31' + INTERVAL -1 YEAR 1 MONTH, INTERVAL -1.5 SECONDS 3 MILLISECONDS",
    "2023-04-30",
    "-0 00:00:01.497000000",
  ),
  fails("SELECT INTERVAL -'1 day 2 hours'", "PARSE_SYNTAX_ERROR"),

  // div of decimals is exact.
  row(
    "SELECT 9007199254740993.0 DIV 1, -9007199254740993.5BD DIV 1.0",
    "9007199254740993",
    "-9007199254740993",
  ),
  row(
    "SELECT CAST(99999999999999999.9 AS DECIMAL(20,1)) DIV 3, 7.5 DIV -0.5, -7.5 DIV 2",
    "33333333333333333",
    "-15",
    "-3",
  ),
  row("SELECT 12345678901234567890123456789012345678 DIV 12345678901234567890123456789.0", "1000000000"),
  typed("SELECT INTERVAL 100 DAY DIV INTERVAL 30 DAY, NULL DIV 1.5", "bigint bigint", "3", null),
  fails("SELECT 1.0 DIV 0.0", "DIVIDE_BY_ZERO"),
  fails("SELECT 7.5D DIV 2", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),

  // JSON.
  row(
    "SELECT to_json(named_struct('a', double('NaN'))), to_json(array(double('Infinity'), double('-Infinity'), 1.5D))",
    '{"a":"NaN"}',
    '["Infinity","-Infinity",1.5]',
  ),
  row(
    "SELECT to_json(map('k', float('NaN'))), to_json(named_struct('a', named_struct('b', array(double('NaN'), NULL))))",
    '{"k":"NaN"}',
    '{"a":{"b":["NaN",null]}}',
  ),
  row(
    `SELECT from_json('{"a":1,"a":2}', 'a INT'), from_json('{"a":1,"b":{"c":1,"c":5},"a":null}', 'a INT, b STRUCT<c: INT>')`,
    { a: 2 },
    { a: null, b: { c: 5 } },
  ),
  row(`SELECT from_json('{"a":{"x":1},"a":{"y":2}}', 'a struct<x: int, y: int>')`, { a: { x: null, y: 2 } }),
  row(
    `SELECT from_json('{"x":1}', 'array<struct<x: int>>'), from_json('{"x":{"y":1}}', 'array<struct<x: struct<y: int>>>')`,
    [{ x: 1 }],
    [{ x: { y: 1 } }],
  ),
  row(
    `SELECT from_json('{"a":{"x":1}}', 'a array<struct<x: int>>'), from_json('{"a":1}', 'array<int>')`,
    { a: null },
    null,
  ),
  row(
    `SELECT from_json('[{"x":1},{"x":2}]', 'x int'), from_json('[]', 'x int'), from_json('{"s":[{"x":1}]}', 's struct<x: int>')`,
    { x: null },
    { x: null },
    { s: null },
  ),
  row(
    `SELECT from_json('[{"x":1},5]', 'array<struct<x: int>>'), from_json('{"a":[1,"x"]}', 'a array<int>'), from_json('[null,{"x":"b"}]', 'array<struct<x: int>>')`,
    null,
    { a: null },
    [null, { x: null }],
  ),
  row(
    `SELECT CAST(from_json('{"a":"NaN"}', 'a double').a AS STRING), from_json('{"a":"-Infinity"}', 'a double').a, from_json('{"a":"x"}', 'a double').a`,
    "NaN",
    Number.NEGATIVE_INFINITY,
    null,
  ),

  fails(`SELECT from_json('{"a":1,"a":"x"}', 'a INT')`, "UNSUPPORTED_FEATURE.REPEATED_JSON_KEY"),

  // Optional sections of datetime patterns.
  row(
    "SELECT date_format(TIMESTAMP '2024-01-02 03:04:05', 'yyyy-MM-dd[ HH:mm]'), date_format(DATE '2024-01-02', 'yyyy[-MM[-dd]]')",
    "2024-01-02 03:04",
    "2024-01-02",
  ),
  row(
    "SELECT to_timestamp('2024-01-02 03:04', 'yyyy-MM-dd[ HH:mm[:ss]]'), to_timestamp('2024-01-02', 'yyyy-MM-dd[ HH:mm:ss]')",
    "2024-01-02 03:04:00Z",
    "2024-01-02 00:00:00Z",
  ),
  row(
    "SELECT to_date('2024-01', 'yyyy-MM[-dd]'), try_to_timestamp('2024-01-02x', 'yyyy-MM-dd[ HH:mm:ss]'), unix_timestamp('2024-01-02', 'yyyy-MM-dd[ HH]')",
    "2024-01-01",
    null,
    "1704153600",
  ),
  row(
    "SELECT date_format(DATE '2024-01-02', \"yyyy'['MM\"), date_format(DATE '2024-01-02', 'yyyy-MM[')",
    "2024[01",
    "2024-01",
  ),
  fails(
    "SELECT date_format(DATE '2024-01-02', 'yyyy-MM-dd]')",
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
  ),
  fails(
    "SELECT date_format(DATE '2024-01-02', 'yyyy#MM')",
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
  ),
  fails("SELECT to_timestamp('2024-01-02x', 'yyyy-MM-dd[ HH:mm:ss]')", "CANNOT_PARSE_TIMESTAMP"),

  // Regular expressions that match the empty text, and groups without a match.
  row(
    "SELECT split('a|b', '|'), split('abc', 'x*'), split('héé', '|')",
    ["a", "|", "b", ""],
    ["a", "b", "c", ""],
    ["h", "é", "é", ""],
  ),
  row(
    "SELECT split('abc', ''), split('', '|'), split(CAST(NULL AS STRING), '|'), split('a.b', '.')",
    ["a", "b", "c"],
    [""],
    null,
    ["", "", "", ""],
  ),
  fails("SELECT split('axb', 'x*')", "UNSUPPORTED_FEATURE.REGEXP_EMPTY_MATCH"),
  fails("SELECT split('abab', '^ab')", "UNSUPPORTED_FEATURE.REGEXP_ANCHOR"),
  row(
    "SELECT regexp_extract_all('a1b', '([a-z])([0-9])?', 2), regexp_extract_all('abab', '(a)|(b)', 1), regexp_extract_all('xyz', '(a)|(b)', 2)",
    ["1", ""],
    ["a", "", "a", ""],
    [],
  ),
  row(
    "SELECT regexp_extract_all('ab', 'x*', 0), regexp_count('ab', 'x*'), regexp_extract('b', '(a)?b', 1)",
    ["", "", ""],
    3,
    "",
  ),
  fails("SELECT regexp_extract_all('axb', 'x*', 0)", "UNSUPPORTED_FEATURE.REGEXP_EMPTY_MATCH"),
  fails("SELECT regexp_extract('abc', '(b)', 2)", "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX"),

  // Types.
  typed(
    "SELECT date_trunc('DAY', TIMESTAMP_NTZ '2024-01-02 03:04:05'), date_trunc('foo', DATE '2024-01-02')",
    "timestamp timestamp",
    "2024-01-02 00:00:00Z",
    null,
  ),
  typed(
    "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY x), percentile_disc(0.25) WITHIN GROUP (ORDER BY x DESC) FROM VALUES (1), (2), (3), (4), (5) AS t(x)",
    "double double",
    3,
    4,
  ),
  typed(
    "SELECT percentile_disc(array(0.25, 0.5)) WITHIN GROUP (ORDER BY x) FROM VALUES (1.5), (2.5) AS t(x)",
    "array<double>",
    [1.5, 1.5],
  ),
  gives(
    "SELECT INTERVAL 3 HOUR / 2, INTERVAL 1 YEAR / 2, 2 * INTERVAL 1 MONTH",
    [["0 01:30:00.000000000", "0-6", "0-2"]],
    ["interval day to second", "interval year to month", "interval year to month"],
  ),
  row(
    "SELECT typeof(INTERVAL 1 MONTH + INTERVAL 1 MONTH), typeof(coalesce(INTERVAL 1 MONTH, INTERVAL 1 YEAR)), typeof(array(INTERVAL 1 DAY, INTERVAL 1 HOUR))",
    "interval month",
    "interval year to month",
    "array<interval day to hour>",
  ),

  // Rounding, NULLs and zeros.
  row(
    "SELECT timestamp_seconds(1.2345678D), timestamp_seconds(-1.2345678D), timestamp_seconds(1.5), timestamp_seconds(double('NaN'))",
    "1970-01-01 00:00:01.234567Z",
    "1969-12-31 23:59:58.765433Z",
    "1970-01-01 00:00:01.5Z",
    null,
  ),
  fails("SELECT timestamp_seconds(1.23456789)", "INVALID_PARAMETER_VALUE"),
  fails("SELECT timestamp_seconds('1')", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
  row(
    "SELECT listagg(x, NULL) WITHIN GROUP (ORDER BY x), listagg(x) WITHIN GROUP (ORDER BY x DESC) FROM VALUES ('a'), ('b') AS t(x)",
    "ab",
    "ba",
  ),
  fails("SELECT listagg(x, x) FROM VALUES ('a') AS t(x)", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"),
  gives(
    "SELECT m, m['a'], size(m), count(*) FROM VALUES (map('a', 1, 'b', 2)), (map('b', 2, 'a', 1)) AS t(m) GROUP BY m",
    [
      [
        [
          ["a", 1],
          ["b", 2],
        ],
        1,
        2,
        "2",
      ],
    ],
  ),
  gives(
    "SELECT m AS k, count(*) FROM VALUES (array(map('b', 2, 'a', 1))), (array(map('a', 1, 'b', 2))) AS t(m) GROUP BY ALL",
    [
      [
        [
          [
            ["a", 1],
            ["b", 2],
          ],
        ],
        "2",
      ],
    ],
  ),
  gives(
    "SELECT count(*) FROM VALUES (named_struct('q', map('a', 1, 'b', 2))), (named_struct('q', map('b', 2, 'a', 1))) AS t(m) GROUP BY m",
    [["2"]],
  ),
  fails("SELECT DISTINCT map('a', 1)", "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE"),
  fails("SELECT map('a', 1) UNION SELECT map('a', 1)", "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE"),
  fails("SELECT map('a', 1) = map('a', 1)", "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"),
  fails(
    "SELECT row_number() OVER (PARTITION BY m ORDER BY 1) FROM VALUES (map('a', 1)) AS t(m)",
    "EXPRESSION_TYPE_IS_NOT_ORDERABLE",
  ),
  row(
    "SELECT array_remove(array(1, NULL, 2), NULL), array_remove(array(1, NULL, 2), 2), array_remove(array(1), CAST(NULL AS INT))",
    null,
    [1, null],
    null,
  ),
  row(
    "SELECT split_part('abc', '', 1), split_part('abc', '', 2), split_part('abc', '', -1), split_part(NULL, '', 1)",
    "abc",
    "",
    "abc",
    null,
  ),
  row(
    "SELECT left(NULL, -2), left('abc', NULL), right(NULL, 0), left('abc', -1), right('abc', 2)",
    null,
    null,
    null,
    "",
    "bc",
  ),
  row(
    "SELECT array_distinct(array(0.0D, -0.0D, 0.0D)), array_except(array(0.0D), array(-0.0D)), array_intersect(array(0.0D), array(-0.0D)), array_union(array(0.0D), array(-0.0D))",
    [0, -0],
    [0],
    [],
    [0, -0],
  ),
  row(
    "SELECT arrays_overlap(array(-0.0D), array(0.0D)), array_contains(array(-0.0D), 0.0D), array_remove(array(-0.0D), 0.0D), array(-0.0D) = array(0.0D)",
    false,
    true,
    [],
    true,
  ),

  row(
    "SELECT date_trunc(NULL, DATE '2024-01-01'), to_date('2024-01-01', NULL), regexp_replace('a', 'a', NULL), split('a', NULL), sha2('a', NULL), date_format(NULL, 'yyyy')",
    null,
    null,
    null,
    null,
    null,
    null,
  ),

  // Functions with no counterpart in DuckDB.
  row(
    "SELECT csc(1), sec(1), to_timestamp_ltz('2024-01-01')",
    1.1883951057781212,
    1.8508157176809255,
    "2024-01-01 00:00:00Z",
  ),
  fails("SELECT ilike('a', 'A')", "UNSUPPORTED_FEATURE.FUNCTION"),
  row("SELECT percentile(a, '0.5') FROM VALUES (1), (2) AS t(a)", 1.5),
  fails("SELECT percentile(a, a) FROM VALUES (1) AS t(a)", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"),
  fails("SELECT map_concat('a', 'b')", "DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES"),
  row("SELECT trim('x', 'xax'), trim(' a ')", "a", "a"),
  fails("SELECT map(1)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),
  fails("SELECT count()", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),
];
