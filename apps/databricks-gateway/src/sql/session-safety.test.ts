import { expect, it } from "vitest";
import { leavesSessionAsItWas } from "./session-safety.ts";

it.each([
  "SELECT 1",
  "  select 1",
  "-- USE x\nSELECT 1",
  "/* USE */ SELECT 1",
  "/**/ -- x\r\n ; SELECT 1",
  "(SELECT 1) UNION (SELECT 2)",
  "WITH a AS (SELECT 1) SELECT * FROM a",
  "INSERT INTO t VALUES (1)",
  "\uFEFFSELECT 1",
  "show tables",
])("%j leaves its session as it was", (sql) => {
  expect(leavesSessionAsItWas(sql)).toBe(true);
});

it.each([
  "USE main",
  "use schema x",
  "-- SELECT\nUSE main",
  "/* SELECT 1 */ SET x = 1",
  "/* SELECT 1",
  "/* USE /* nested */ x */ SELECT 1",
  "/* USE /* nested */ SELECT */ USE main",
  "--SELECT 1",
  "SET VAR a = 1",
  "DECLARE VARIABLE a INT",
  "CREATE TEMPORARY VIEW v AS SELECT 1",
  "EXECUTE IMMEDIATE 'USE main'",
  "-- x\rUSE main /*\nSELECT */",
  "-- x\\\nSELECT 1\nUSE main",
  "-- x\\\r\nSELECT 1\nUSE main",
  "BEGIN SET x = 1; END",
  "CALL p()",
  "RESET",
  "",
  "😀",
])("%j may change its session", (sql) => {
  expect(leavesSessionAsItWas(sql)).toBe(false);
});

it("a statement behind more than 16 KiB of comments counts as one that may change its session", () => {
  expect(leavesSessionAsItWas(`${"/**/".repeat(5_000)}SELECT 1`)).toBe(false);
});
