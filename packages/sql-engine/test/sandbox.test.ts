import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REFUSED_FUNCTIONS } from "../src/functions/refused-functions.ts";
import { functionNames } from "../src/functions/registry.ts";
import type { Session } from "../src/session.ts";
import { SqlError } from "../src/sql-error.ts";
import { openTestEngine, query, type TestEngine } from "./test-engine.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

describe("what SQL text cannot do", () => {
  let test: TestEngine;
  let session: Session;
  beforeAll(async () => {
    test = await openTestEngine();
    session = test.engine.openSession({ principal: "tester@example.com" });
    await query(session, "CREATE TABLE t (a INT)");
    await query(session, "CREATE VOLUME v");
    await writeFile(join(test.dir, "secret.csv"), "a\n42\n");
  });
  afterAll(() => test.close());

  it.each([
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT read_text('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM `/etc/passwd`",
    "SELECT * FROM csv.`/etc/passwd`",
    "SELECT * FROM text.`/etc/passwd`",
    "SELECT * FROM glob('/*')",
    "SELECT getenv('HOME')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM pragma_version()",
    "SELECT current_setting('temp_directory')",
    "COPY t TO '/tmp/out.csv'",
    "COPY INTO t FROM '/etc/passwd' FILEFORMAT = CSV",
    "ATTACH '/tmp/x.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA version",
    "SET temp_directory = '/tmp'",
    "SET enable_external_access = true",
    "EXPORT DATABASE '/tmp/x'",
    "CREATE MACRO m() AS 1",
    "SELECT * FROM read_files('/etc/passwd', format => 'csv')",
    "SELECT * FROM read_files('/Volumes/main/default/v/../../secret.csv', format => 'csv')",
    "SELECT * FROM read_files('file:///etc/passwd', format => 'csv')",
    "SELECT * FROM read_files('https://example.com/x.csv', format => 'csv')",
    "SELECT 1; DROP TABLE t",
    "SELECT 1;; SELECT 2",
    "SELECT fd.main.get_json('{}', '$')",
    "SELECT query('SELECT 1')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM sqlite_master",
    "SELECT error('x')",
    "SELECT nextval('x')",
  ])("%s", async (sql) => {
    await expect(query(session, sql)).rejects.toBeInstanceOf(SqlError);
  });

  it("a symbolic link in a volume does not lead out of it", async () => {
    const folder = test.source.volume("", ["main", "default", "v"])?.folder ?? "";
    await mkdir(folder, { recursive: true });
    await symlink(join(test.dir, "secret.csv"), join(folder, "link.csv"));
    await symlink(test.dir, join(folder, "up"));
    for (const path of ["link.csv", "up/secret.csv", "*.csv"]) {
      const sql = "SELECT * FROM read_files(:path, format => 'csv')";
      await expect(
        query(session, sql, { parameters: { path: `/Volumes/main/default/v/${path}` } }),
      ).rejects.toBeInstanceOf(SqlError);
    }
  });

  it("any text in a literal, a parameter or a quoted name is only a value", async () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 40 });
    const property = fc.assert(
      fc.asyncProperty(text, async (value) => {
        const literal = `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
        const name = `x${value.replaceAll("`", "``")}`;
        const answer = await query(
          session,
          `SELECT ${literal} AS \`${name}\`, :p, named_struct('k', ${literal}).k`,
          { parameters: { p: value } },
        );
        expect(answer.rows).toEqual([[value, value, value]]);
        expect(answer.names[0]).toBe(`x${value}`);
      }),
      { numRuns: 100 },
    );
    await expect(property).resolves.toBeUndefined();
  });

  it("any text as a statement returns a result or throws an SqlError", async () => {
    const word = fc.constantFrom(
      "SELECT",
      "FROM",
      "t",
      "a",
      "(",
      ")",
      ",",
      "*",
      "'x'",
      "1",
      "WHERE",
      "GROUP BY",
      "ORDER BY",
      "+",
      "/",
      "[",
      "]",
      "->",
      ":p",
      "?",
      "CASE",
      "END",
      "WHEN",
      "THEN",
      "JOIN",
      "ON",
      "AS",
      "sum",
      "OVER",
      "INTERVAL",
      "DAY",
      "array",
      "WITH",
      "VALUES",
      "::",
      "INT",
      "`b`",
      "--",
      "/*",
    );
    const property = fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 14 }), async (words) => {
        const failure = await query(session, `SELECT ${words.join(" ")}`).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined) expect(failure).toBeInstanceOf(SqlError);
        if (failure instanceof SqlError) expect(failure.message).not.toMatch(/Parser Error/);
      }),
      { numRuns: 1500 },
    );
    await expect(property).resolves.toBeUndefined();
  });

  it("IDENTIFIER() accepts a name from a parameter, and only a name", async () => {
    expect(
      (await query(session, "SELECT count(*) FROM IDENTIFIER(:t)", { parameters: { t: "main.default.t" } }))
        .rows,
    ).toEqual([["0"]]);
    expect(
      (await query(session, "SELECT IDENTIFIER(:c) FROM VALUES (7) AS x(a)", { parameters: { c: "a" } }))
        .rows,
    ).toEqual([[7]]);
    const attack = query(session, "SELECT * FROM IDENTIFIER(:t)", { parameters: { t: "t; DROP TABLE t" } });
    await expect(attack).rejects.toMatchObject({ errorClass: "INVALID_IDENTIFIER" });
  });

  it("a missing parameter is an error", async () => {
    await expect(query(session, "SELECT :nope")).rejects.toMatchObject({
      errorClass: "UNBOUND_SQL_PARAMETER",
    });
    await expect(query(session, "SELECT ?")).rejects.toMatchObject({ errorClass: "UNBOUND_SQL_PARAMETER" });
  });

  it("a refusal by the metastore reaches the caller before any row", async () => {
    const stranger = test.engine.openSession({ principal: "nobody" });
    for (const sql of [
      "SELECT * FROM t",
      "INSERT INTO t VALUES (1)",
      "DELETE FROM t",
      "CREATE TABLE u (a INT)",
      "SELECT (SELECT max(a) FROM t)",
    ]) {
      await expect(query(stranger, sql)).rejects.toMatchObject({ errorClass: "PERMISSION_DENIED" });
    }
  });

  it("more than 250 functions are known, and none of them is listed as refused", () => {
    expect(functionNames().length).toBeGreaterThan(250);
    expect(functionNames().filter((name) => REFUSED_FUNCTIONS.has(name))).toEqual([]);
  });
});
