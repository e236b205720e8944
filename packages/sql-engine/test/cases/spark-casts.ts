import { type Case, does, fails, row } from "./case.ts";

/** Casts that DuckDB alone would answer with another value, and what it would accept too leniently. The values are PySpark 4.0's. */
export const sparkCasts: Case[] = [
  // Casts.
  row(
    "SELECT CAST(CAST(0.1 AS FLOAT) AS DECIMAL(20,10)), CAST(float('0.3') AS DECIMAL(38,18)), CAST(float('1.1') AS DECIMAL(10,1)), CAST(double('NaN') AS DECIMAL(10,2))",
    "0.1000000015",
    "0.300000011920928960",
    "1.1",
    null,
  ),
  row(
    "SELECT CAST('+2024-01-01' AS DATE), try_cast('+2024' AS DATE), TIMESTAMP '+2024-01-01 00:00:00'",
    "2024-01-01",
    "2024-01-01",
    "2024-01-01 00:00:00Z",
  ),
  row(
    "SELECT date_format(try_cast('10:11:12' AS TIMESTAMP), 'HH:mm:ss'), CAST(try_cast('T10:11' AS TIMESTAMP) AS DATE) = current_date(), try_cast('10:11:12' AS DATE), try_cast('10:11:12' AS TIMESTAMP_NTZ)",
    "10:11:12",
    true,
    null,
    null,
  ),
  row(
    "SELECT try_cast('10:' AS TIMESTAMP), try_cast('2024-01-01T10:11Z' AS TIMESTAMP), try_cast('2024-01-01T' AS TIMESTAMP), try_cast('2024-01-01 ' AS TIMESTAMP)",
    null,
    null,
    null,
    "2024-01-01 00:00:00Z",
  ),
  row(
    "SELECT CAST(INTERVAL 3 DAY AS INT), CAST(INTERVAL 3 HOUR AS DECIMAL(10,2)), CAST(CAST(5 AS INTERVAL MONTH) AS STRING)",
    3,
    "3.00",
    "INTERVAL '5' MONTH",
  ),
  row(
    "SELECT CAST('1-2' AS INTERVAL YEAR TO MONTH), CAST('1 02:03:04' AS INTERVAL DAY TO SECOND), CAST(\"INTERVAL '-3' DAY\" AS INTERVAL DAY), try_cast('1-20' AS INTERVAL YEAR TO MONTH)",
    "1-2",
    "1 02:03:04.000000000",
    "-3 00:00:00.000000000",
    null,
  ),
  row(
    "SELECT abs(INTERVAL -3 HOUR), avg(i), sum(i) FROM VALUES (INTERVAL 1 DAY), (INTERVAL 2 DAY) AS t(i)",
    "0 03:00:00.000000000",
    "1 12:00:00.000000000",
    "3 00:00:00.000000000",
  ),
  row("SELECT decode(X'C3A9', 'UTF-8'), decode(1, 1, 'one', 'other')", "é", "one"),
  fails("SELECT decode(X'E9', 'nope')", "INVALID_PARAMETER_VALUE.CHARSET"),
  fails("SELECT decode(X'E9', 'ISO-8859-1')", "UNSUPPORTED_FEATURE.CHARACTER_SET"),
  fails("SELECT decode(X'E9', 'UTF-8')", "MALFORMED_CHARACTER_CODING"),

  // Too lenient in DuckDB.
  fails("SELECT 1E309", "INVALID_NUMERIC_LITERAL_RANGE"),
  fails("SELECT -1E309D", "INVALID_NUMERIC_LITERAL_RANGE"),
  fails("SELECT 3.5E38F", "INVALID_NUMERIC_LITERAL_RANGE"),
  fails("SELECT raise_error(NULL)", "USER_RAISED_EXCEPTION"),
  fails("SELECT assert_true(false, NULL)", "USER_RAISED_EXCEPTION"),
  row(
    "SELECT make_timestamp(2024, 1, 1, 23, 59, 60), make_timestamp(NULL, 1, 1, 0, 0, 60.5)",
    "2024-01-02 00:00:00Z",
    null,
  ),
  fails("SELECT make_timestamp(2024, 1, 1, 0, 0, 60.007)", "INVALID_FRACTION_OF_SECOND"),
  fails("SELECT make_timestamp_ntz(2024, 1, 1, 0, 0, 60.5)", "INVALID_FRACTION_OF_SECOND"),
  fails("SELECT make_timestamp(2024, 1, 1, 24, 0, 0)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"),
  fails("SELECT make_timestamp(2024, 1, 1, 0, 0, -1)", "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"),
  does(
    "CREATE TABLE texts (a ARRAY<VARCHAR(2)>, s STRUCT<x: VARCHAR(2)>, m MAP<STRING, CHAR(2)>, v VARCHAR(4))",
  ),
  fails("INSERT INTO texts (a) VALUES (array('abc'))", "EXCEED_LIMIT_LENGTH"),
  fails("INSERT INTO texts (s) VALUES (named_struct('x', 'abc'))", "EXCEED_LIMIT_LENGTH"),
  fails("INSERT INTO texts (m) VALUES (map('k', 'abc'))", "EXCEED_LIMIT_LENGTH"),
  does("INSERT INTO texts VALUES (array('ab '), named_struct('x', 'a'), map('k', 'a'), 'abcd  ')"),
  row("SELECT length(a[0]), length(s.x), length(m['k']), length(v) FROM texts", 2, 1, 2, 4),
];
