import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../src/session.ts";
import { openTestEngine, query, type TestEngine } from "./test-engine.ts";

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

/** A type, the text of a parameter, and the value that comes back. */
const VALUES: [type: string, text: string | Uint8Array, out: unknown][] = [
  ["BIGINT", "9223372036854775807", "9223372036854775807"],
  ["BIGINT", "-9223372036854775808", "-9223372036854775808"],
  ["INT", "-2147483648", -2147483648],
  ["SMALLINT", "32767", 32767],
  ["TINYINT", "-128", -128],
  ["DECIMAL(38,18)", "12345678901234567890.123456789012345678", "12345678901234567890.123456789012345678"],
  ["DECIMAL(38,18)", "-99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999"],
  ["DECIMAL(38,0)", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999"],
  ["DECIMAL(4,2)", "-99.99", "-99.99"],
  ["DECIMAL(9,9)", "0.000000001", "0.000000001"],
  ["DECIMAL(18,2)", "-9999999999999999.99", "-9999999999999999.99"],
  ["DOUBLE", "1.7976931348623157E308", Number.MAX_VALUE],
  ["DOUBLE", "4.9E-324", Number.MIN_VALUE],
  ["DOUBLE", "-0.0", -0],
  ["DOUBLE", "NaN", Number.NaN],
  ["DOUBLE", "Infinity", Number.POSITIVE_INFINITY],
  ["FLOAT", "-Infinity", Number.NEGATIVE_INFINITY],
  ["FLOAT", "3.4028235E38", 3.4028234663852886e38],
  ["BOOLEAN", "true", true],
  ["DATE", "0001-01-01", "0001-01-01"],
  ["DATE", "9999-12-31", "9999-12-31"],
  ["TIMESTAMP", "1960-02-03 04:05:06.000001", "1960-02-03 04:05:06.000001Z"],
  ["TIMESTAMP", "0001-01-01 00:00:00", "0001-01-01 00:00:00Z"],
  ["TIMESTAMP", "9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999Z"],
  ["TIMESTAMP_NTZ", "1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"],
  ["STRING", "", ""],
  ["STRING", "\uFEFFbyte order mark", "\uFEFFbyte order mark"],
  ["STRING", "😀 four bytes, é two, € three", "😀 four bytes, é two, € three"],
  ["STRING", "'; DROP TABLE t; --", "'; DROP TABLE t; --"],
  ["STRING", "a\0b", "a\0b"],
  ["STRING", "exactly12byt", "exactly12byt"],
  ["STRING", "13 bytes long", "13 bytes long"],
  ["STRING", "x".repeat(100_000), "x".repeat(100_000)],
  ["BINARY", everyByte, Buffer.from(everyByte).toString("hex")],
  ["BINARY", new Uint8Array(0), ""],
];
const TYPES = [...new Set(VALUES.map(([type]) => type)), "ARRAY<INT>", "MAP<STRING,INT>", "STRUCT<a:INT>"];

describe("every type at its extremes", () => {
  let test: TestEngine;
  let session: Session;
  beforeAll(async () => {
    test = await openTestEngine();
    session = test.engine.openSession({ principal: "tester@example.com" });
  });
  afterAll(() => test.close());

  it.each(VALUES)("a parameter of %s comes back unchanged", async (type, value, out) => {
    const named = await query(session, "SELECT :value AS a, :value AS a", {
      parameters: { value: { type, value } },
    });
    expect(named.rows).toEqual([[out, out]]);
    expect(named.names).toEqual(["a", "a"]);
    expect(named.types[0]).toBe(type.toLowerCase());
    const positional = await query(session, "SELECT ?", { parameters: [{ type, value }] });
    expect(positional.rows).toEqual([[out]]);
  });

  it.each(VALUES)("a stored %s comes back unchanged", async (type, value, out) => {
    await query(
      session,
      `CREATE OR REPLACE TABLE kept (v ${type}, l ARRAY<${type}>, m MAP<STRING, ${type}>, s STRUCT<f: ${type}>)`,
    );
    const insert = "INSERT INTO kept SELECT :v, array(:v, NULL), map('k', :v), named_struct('f', :v)";
    await query(session, insert, { parameters: { v: { type, value } } });
    expect((await query(session, "SELECT * FROM kept")).rows).toEqual([
      [out, [out, null], [["k", out]], { f: out }],
    ]);
  });

  it.each(TYPES)("a NULL of the type %s comes back as NULL", async (type) => {
    const answer = await query(session, `SELECT CAST(NULL AS ${type}) AS v`);
    expect(answer.rows).toEqual([[null]]);
    expect(answer.types).toEqual([type.toLowerCase()]);
  });

  it("a NULL parameter keeps its type", async () => {
    const answer = await query(session, "SELECT :d, typeof(:d)", {
      parameters: { d: { type: "DECIMAL(10,2)", value: null } },
    });
    expect(answer.rows).toEqual([[null, "decimal(10,2)"]]);
  });

  it("plain JavaScript values imply their type", async () => {
    const parameters = {
      i: 1,
      l: 3_000_000_000,
      d: 1.5,
      s: "x",
      b: true,
      big: 5n,
      bytes: Uint8Array.of(1),
      none: null,
    };
    const answer = await query(
      session,
      "SELECT typeof(:i), typeof(:l), typeof(:d), typeof(:s), typeof(:b), typeof(:big), :bytes, :none",
      { parameters },
    );
    expect(answer.rows).toEqual([["int", "bigint", "double", "string", "boolean", "bigint", "01", null]]);
  });

  it("NULLs keep their position in a batch", async () => {
    const answer = await query(
      session,
      "SELECT id, if(id % 3 = 0, NULL, id), if(id % 7 = 0, NULL, repeat('é', CAST(id % 20 AS INT))), if(id % 5 = 0, NULL, array(id, NULL)) FROM range(5000)",
    );
    const expected = Array.from({ length: 5_000 }, (_, id) => [
      String(id),
      id % 3 === 0 ? null : String(id),
      id % 7 === 0 ? null : "é".repeat(id % 20),
      id % 5 === 0 ? null : [String(id), null],
    ]);
    expect(answer.rows).toEqual(expected);
  });
});

/** Twelve levels. If each repeated its argument, their text would be of megabytes, and take minutes. */
const nested = (open: string, seed: string, close: string) => `${open.repeat(12)}${seed}${close.repeat(12)}`;

describe("nested expressions", () => {
  let test: TestEngine;
  let session: Session;
  beforeAll(async () => {
    test = await openTestEngine();
    session = test.engine.openSession({ principal: "tester@example.com" });
  });
  afterAll(() => test.close());

  it.each([
    [nested("replace(", "'abc'", ", 'x', 'y')"), "abc"],
    [nested("substring(", "'abc'", ", 1, 2)"), "ab"],
    [nested("nullif(", "n", ", 0)"), 7],
    [nested("lpad(", "'abc'", ", 3, 'x')"), "abc"],
    [nested("(", "d", " / n * n)"), 1.5],
    [nested("if(", "n", " BETWEEN 0 AND n, n, 0)"), 7],
    [`${nested("array(", "n", ")")}${"[0]".repeat(12)}`, 7],
  ])("%s has a value", async (sql, value) => {
    const { rows } = await query(session, `SELECT ${sql} FROM VALUES (7, 1.5D) AS t(n, d)`);
    expect(rows).toEqual([[value]]);
  });

  it.each([
    `${"1 + ".repeat(4_000)}1`,
    `${"1 = 2 OR ".repeat(10_000)}true`,
    `${"(".repeat(4_000)}1${")".repeat(4_000)}`,
    `CAST(NULL AS ${"ARRAY<".repeat(10_000)}INT${">".repeat(10_000)})`,
  ])("of thousands of levels are not supported", async (sql) => {
    await expect(query(session, `SELECT ${sql}`)).rejects.toMatchObject({
      errorClass: "UNSUPPORTED_FEATURE.NESTING",
    });
  });
});
