import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstKeyword, whyNotReading } from "./reading-statement.ts";
import { sqlTokens } from "./sql-tokens.ts";

describe("a statement that only reads is allowed:", () => {
  test.each([
    "SELECT 1",
    "select * from a.b.c where x = 'INSERT INTO t' and y = \"DELETE\"",
    "SELECT 1;",
    "SELECT 1 ; ; -- done",
    "  -- a comment with INSERT\n/* and DELETE */ SELECT 1",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "WITH t AS (SELECT 1 AS a) SELECT * FROM t",
    "FROM t SELECT a",
    "FROM t |> WHERE a > 1 |> SELECT a",
    "VALUES (1), (2)",
    "TABLE a.b.c",
    "SHOW TABLES IN a.b",
    "SHOW CREATE TABLE a.b.c",
    "DESCRIBE EXTENDED a.b.c",
    "DESC HISTORY a.b.c",
    "EXPLAIN SELECT 1",
    "(EXPLAIN (SELECT 1))",
    "EXPLAIN FORMATTED WITH t AS (SELECT 1) SELECT * FROM t",
    "LIST '/Volumes/a/b/c'",
    "SELECT `insert`, `update` FROM t",
    "SELECT 'it''s; DROP TABLE t' AS a, 'a\\'; DROP TABLE t' AS b",
    "SELECT r'C:\\dir', R\"raw\" FROM t",
    "SELECT /*+ BROADCAST(t), REPARTITION(3) */ * FROM t",
    "SELECT transform(a, x -> x + 1) FROM t JOIN u USING (id)",
    "SELECT :p, ? FROM IDENTIFIER(:t)",
    "SELECT reflect, http_request FROM t",
    "SELECT 😀 FROM t",
    "SELECT price$ FROM t WHERE a IN ('b') AND c = '$5'",
  ])("%s", (sql) => expect(whyNotReading(sql)).toBeUndefined());
});

describe("a statement that may write is refused:", () => {
  test.each([
    "INSERT INTO t VALUES (1)",
    "update t set a = 1",
    "DELETE FROM t",
    "MERGE INTO t USING u ON a = b WHEN MATCHED THEN DELETE",
    "CREATE TABLE t (a INT)",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "DROP TABLE t",
    "ALTER TABLE t ADD COLUMN a INT",
    "TRUNCATE TABLE t",
    "COPY INTO t FROM '/Volumes/a/b/c'",
    "GRANT SELECT ON t TO u",
    "OPTIMIZE t",
    "VACUUM t",
    "SET x = 1",
    "USE CATALOG a",
    "CALL p()",
    "EXECUTE IMMEDIATE 'DROP TABLE t'",
    "BEGIN SELECT 1; DROP TABLE t; END",
    "CACHE TABLE t",
    "REFRESH TABLE t",
    "ANALYZE TABLE t COMPUTE STATISTICS",
    "PUT 'a' INTO '/Volumes/a/b/c/d'",
    "GET '/Volumes/a/b/c/d' TO 'a'",
    "REMOVE '/Volumes/a/b/c/d'",
    "",
    ";",
    "-- nothing",
    "SELECT 1; DROP TABLE t",
    "SELECT 1;DROP TABLE t;",
    "WITH t AS (SELECT 1) INSERT INTO u SELECT * FROM t",
    "SELECT $$ ' $$; DROP TABLE t -- '",
    "SELECT $tag$ ' $tag$; DROP TABLE t -- '",
    "SELECT \"reflect\"('java.lang.Runtime', 'exit')",
    "SELECT TRANSFORM (a) USING :script FROM t",
    "SELECT TRANSFORM (a) USING ? FROM t",
    "WITH t AS (SELECT 1) DELETE FROM u",
    "WITH t AS (SELECT 1) UPDATE u SET a = 1",
    "WITH t AS (SELECT 1) MERGE INTO u USING t ON a WHEN MATCHED THEN DELETE",
    "FROM t INSERT INTO u SELECT a INSERT INTO v SELECT b",
    "FROM t INSERT OVERWRITE TABLE u SELECT a",
    "EXPLAIN INSERT INTO t VALUES (1)",
    "EXPLAIN EXTENDED CREATE TABLE t (a INT)",
    "EXPLAIN EXPLAIN SELECT 1",
    "SELECT TRANSFORM (a) USING 'rm -rf /' FROM t",
    "FROM t MAP a USING 'script.sh'",
    "SELECT reflect('java.lang.System', 'exit', 1)",
    "SELECT `java_method`('a', 'b')",
    "SELECT http_request(conn => 'c', method => 'POST', path => '/')",
    "SELECT IDENTIFIER('http_' || 'request')('c')",
    // Versions of the lexer differ here, or a careless one would be misled.
    "/* /* */ DROP TABLE t -- */ SELECT 1",
    "/* a /*/ b */ SELECT 1",
    "/* open SELECT 1",
    "SELECT 'open",
    "SELECT `open",
    "SELECT r'a\\' FROM t",
    'SELECT "a\\" FROM t',
    "WITH a AS (SELECT /*+ x -- */ '\n */ 1) INSERT INTO t SELECT * FROM a --'",
    "FROM t -- \\\nINSERT INTO u SELECT 1",
    "FROM t -- x\rINSERT INTO u SELECT 1",
    "FROM t ınsert INTO u SELECT a",
    "WITH t AS (SELECT 1) ınſert INTO u SELECT 1",
    "FROM t SELECT 1INSERT INTO u SELECT 1",
    "FROM t SELECT 'a'INSERT INTO u SELECT 1",
    "\u200bINSERT INTO t VALUES (1)",
    "`SELECT` 1",
    "'SELECT' 1",
  ])("%s", (sql) => expect(whyNotReading(sql)).toEqual(expect.any(String)));
});

const words = [
  "INSERT INTO t VALUES (1)",
  "DELETE FROM t",
  "UPDATE t SET a=1",
  "DROP TABLE t",
  "MERGE INTO t",
];

test("a keyword counts only outside strings, names and comments", () => {
  const writing = fc.constantFrom(...words);
  const hidden = fc
    .tuple(fc.constantFrom<[string, string]>(["'", "'"], ["`", "`"], ["/* ", " */"], ["-- ", "\n"]), writing)
    .map(([[open, close], text]) => `${open}${text}${close}`);
  fc.assert(
    fc.property(fc.array(hidden, { maxLength: 6 }), writing, (pieces, text) => {
      const reading = `SELECT 1 ${pieces.join(" , ")}`;
      expect(whyNotReading(reading)).toBeUndefined();
      expect(whyNotReading(`${reading}; ${text}`)).toEqual(expect.any(String));
      expect(whyNotReading(`${pieces.filter((piece) => /^[/-]/.test(piece)).join(" ")} ${text}`)).toEqual(
        expect.any(String),
      );
    }),
  );
});

test("no text throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (sql) => {
      expect(["string", "undefined"]).toContain(typeof whyNotReading(sql));
    }),
  );
});

// The test's own time limit is what fails when the time grows faster than the text.
test.each([")(", "IDENTIFIER", "--\n", "/**/", "''", "``", "'", "r'", "1 ", ";"])(
  "a statement of 300,000 times %j is split in linear time",
  (piece) => {
    expect([...sqlTokens(`SELECT ${piece.repeat(300_000)}`)].length).toBeGreaterThan(0);
  },
);

test("EXPLAIN 10,000 times is refused", () => {
  expect(whyNotReading(`${"EXPLAIN ".repeat(10_000)}SELECT 1`)).toBe("it explains an EXPLAIN");
});

const selectOf = (length: number) => `SELECT ${"1,".repeat(length / 2)}1`;

test("a statement is checked up to 100,000 characters; one that writes is recognised by its first word at any length", () => {
  expect(whyNotReading(selectOf(99_000))).toBeUndefined();
  expect(whyNotReading(selectOf(100_000))).toBe("it has more than 100000 characters");
  expect(whyNotReading(`INSERT INTO t VALUES ${"(1),".repeat(100_000)}(1)`)).toBe("it begins with INSERT");
  expect(firstKeyword(`${"(".repeat(490_000)}SELECT 1`)).toBeUndefined();
});

test.each([
  ["select 1", "SELECT"],
  ["/* a */ (WITH x AS (SELECT 1) SELECT 2)", "WITH"],
  ["drop table t", "DROP"],
  ["'a secret'", undefined],
  ["SELECT 'open", "SELECT"],
  ["/* open SELECT", undefined],
])("the keyword of %s is %s", (sql, keyword) => expect(firstKeyword(sql)).toBe(keyword));
