import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqlEngine } from "../src/open-sql-engine.ts";
import { SAMPLE_TABLES } from "../src/sample-tables.ts";
import type { Session } from "../src/session.ts";
import { openTestEngine, query, type TestEngine } from "./test-engine.ts";

const VOLUME = "/Volumes/main/default/raw";

describe("files of volumes, and the sample tables", () => {
  let test: TestEngine;
  let session: Session;
  let folder: string;
  beforeAll(async () => {
    test = await openTestEngine();
    session = test.engine.openSession({ principal: "tester@example.com" });
    await query(session, "CREATE VOLUME raw");
    folder = test.source.volume("", ["main", "default", "raw"])?.folder ?? "";
    await mkdir(join(folder, "in"), { recursive: true });
    await writeFile(join(folder, "in", "a.csv"), 'id,name,price\n1,ann,1.50\n2,"b, c",\n');
    await writeFile(join(folder, "in", "b.csv"), "id,name,price\n3,é,2.25\n");
    await writeFile(
      join(folder, "rows.json"),
      '{"id":1,"tags":["x"],"o":{"k":true}}\n{"id":2,"tags":[],"o":null}\n',
    );
  });
  afterAll(() => test.close());

  it("read_files reads a file, a folder and a pattern of CSV", async () => {
    const one = await query(
      session,
      `SELECT * FROM read_files('${VOLUME}/in/a.csv', format => 'csv', header => true)`,
    );
    expect(one.names).toEqual(["id", "name", "price"]);
    expect(one.rows.map((row) => row[1])).toEqual(["ann", "b, c"]);
    const folder = await query(
      session,
      `SELECT count(*), sum(id) FROM read_files('${VOLUME}/in', format => 'csv')`,
    );
    expect(folder.rows).toEqual([["3", "6"]]);
    const typed = await query(
      session,
      `SELECT * FROM read_files('${VOLUME}/in/*.csv', format => 'csv', header => true, schema => 'id BIGINT, name STRING, price DECIMAL(10,2)') ORDER BY id`,
    );
    expect(typed.rows).toEqual([
      ["1", "ann", "1.50"],
      ["2", "b, c", null],
      ["3", "é", "2.25"],
    ]);
  });

  it.each([
    ["glob/*.csv", ["a", "ab", "b"]],
    ["glob/?.csv", ["a", "b"]],
    ["glob/[bc]*", ["b"]],
    ["glob/{a,deep/*/c}.csv", ["a", "c"]],
    ["glob/*/*/*.csv", ["c"]],
    ["g*b/*/[x-z]/c.csv", ["c"]],
    ["glob", ["a", "ab", "b", "c"]],
  ])("read_files(%s) reads what the pattern matches, without hidden files", async (pattern, expected) => {
    await mkdir(join(folder, "glob/deep/x"), { recursive: true });
    for (const name of ["a", "b", "ab", "_hidden", ".hidden", "deep/x/c"]) {
      await writeFile(join(folder, `glob/${name}.csv`), `name\n${name.replace("deep/x/", "")}\n`);
    }
    const sql = `SELECT name FROM read_files('${VOLUME}/${pattern}', format => 'csv') ORDER BY name`;
    expect((await query(session, sql)).rows.flat()).toEqual(expected);
  });

  it("read_files refuses a pattern that matches nothing", async () => {
    const sql = `SELECT * FROM read_files('${VOLUME}/no-such-folder/*.csv', format => 'csv')`;
    await expect(query(session, sql)).rejects.toMatchObject({ errorClass: "PATH_NOT_FOUND" });
  });

  it("read_files reads nested JSON", async () => {
    const answer = await query(
      session,
      `SELECT id, tags, o FROM read_files('${VOLUME}/rows.json') ORDER BY id`,
    );
    expect(answer.rows).toEqual([
      ["1", ["x"], { k: true }],
      ["2", [], null],
    ]);
  });

  it("read_files infers Databricks' types, and names columns as Spark does", async () => {
    await writeFile(
      join(folder, "inferred.csv"),
      "iso,us,at,zoned,clock,long,hex,f,b\n2020-01-02,01/02/2020 10:00:00,2020-01-02 10:00:00.123456,2020-01-02T10:00:00+02:00,10:00:00,12345678901234567890,0x1F,1e3,True\n",
    );
    const named = await query(session, `SELECT * FROM read_files('${VOLUME}/inferred.csv', header => true)`);
    expect(named.types).toEqual([
      "date",
      "string",
      "timestamp",
      "timestamp",
      "string",
      "decimal(38,0)",
      "string",
      "double",
      "boolean",
    ]);
    expect(named.rows).toEqual([
      [
        "2020-01-02",
        "01/02/2020 10:00:00",
        "2020-01-02 10:00:00.123456Z",
        "2020-01-02 08:00:00Z",
        "10:00:00",
        "12345678901234567890",
        "0x1F",
        1000,
        true,
      ],
    ]);
    await writeFile(
      join(folder, "inferred.json"),
      '{"o":{"at":"2020-01-02 10:00:00"},"n":1,"d":"2020-01-02","x":1.12345678901234,"y":1.123456789012345678}\n',
    );
    const file = `read_files('${VOLUME}/inferred.json'`;
    const nested = await query(session, `SELECT o.at, n, d FROM ${file})`);
    expect(nested.types).toEqual(["string", "bigint", "string"]);
    expect(nested.rows).toEqual([["2020-01-02 10:00:00", "1", "2020-01-02"]]);
    const exact = await query(session, `SELECT * FROM ${file}, schema => 'x DECIMAL(38,18), d DATE')`);
    expect(exact.rows).toEqual([["1.123456789012340000", "2020-01-02"]]);
    const longer = query(session, `SELECT * FROM ${file}, schema => 'y DECIMAL(38,18)')`);
    await expect(longer).rejects.toMatchObject({ errorClass: "UNSUPPORTED_FEATURE.JSON_NUMBER" });
    await writeFile(join(folder, "bare.csv"), "1,x\n");
    const bare = await query(session, `SELECT * FROM read_files('${VOLUME}/bare.csv', header => false)`);
    expect([bare.names, bare.rows]).toEqual([["_c0", "_c1"], [[1, "x"]]]);
    await writeFile(join(folder, "late.csv"), `v\n${"1\n".repeat(30_000)}x\n`);
    const late = await query(session, `SELECT max(v) FROM read_files('${VOLUME}/late.csv')`);
    expect([late.types, late.rows]).toEqual([["string"], [["x"]]]);
  });

  it("COPY INTO loads each file once", async () => {
    await query(session, "CREATE TABLE loaded (id INT, name STRING, price DECIMAL(10,2))");
    const copy = `COPY INTO loaded FROM '${VOLUME}/in' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')`;
    expect((await query(session, copy)).rows).toEqual([["3", "3", "0"]]);
    expect((await query(session, copy)).rows).toEqual([["0", "0", "0"]]);
    expect((await query(session, "SELECT * FROM loaded ORDER BY id")).rows).toEqual([
      [1, "ann", "1.50"],
      [2, "b, c", null],
      [3, "é", "2.25"],
    ]);
    expect((await query(session, `${copy} COPY_OPTIONS ('force' = 'true')`)).rows).toEqual([["3", "3", "0"]]);
  });

  it("unknown formats, options and paths are refused", async () => {
    for (const [sql, errorClass] of [
      [`SELECT * FROM read_files('${VOLUME}/x.avro', format => 'avro')`, "PATH_NOT_FOUND"],
      [`SELECT * FROM read_files('${VOLUME}/in', format => 'avro')`, "UNSUPPORTED_FEATURE.FILE_FORMAT"],
      [
        `SELECT * FROM read_files('${VOLUME}/in', format => 'csv', rescuedDataColumn => 'r')`,
        "UNSUPPORTED_FEATURE.FILE_OPTION",
      ],
      ["SELECT * FROM read_files('/Volumes/main/default/none/x.csv', format => 'csv')", "VOLUME_NOT_FOUND"],
    ] as const) {
      await expect(query(session, sql)).rejects.toMatchObject({ errorClass });
    }
  });

  it("the sample tables have 100,025 rows, the same on every machine", async () => {
    await query(session, "CREATE CATALOG samples");
    for (const schema of ["nyctaxi", "tpch"]) await query(session, `CREATE SCHEMA samples.${schema}`);
    for (const table of SAMPLE_TABLES)
      await query(session, `CREATE TABLE samples.${table.name} AS ${table.query}`);
    const counts = await query(
      session,
      "SELECT (SELECT count(*) FROM samples.nyctaxi.trips), (SELECT count(*) FROM samples.tpch.customer), (SELECT count(*) FROM samples.tpch.orders), (SELECT count(*) FROM samples.tpch.nation)",
    );
    expect(counts.rows).toEqual([["40000", "10000", "50000", "25"]]);
    const sums = await query(
      session,
      "SELECT sum(o_totalprice), min(o_orderdate), count(DISTINCT o_custkey) FROM samples.tpch.orders",
    );
    expect(sums.rows).toMatchInlineSnapshot(`
      [
        [
          "12531763331.30",
          "1992-01-01",
          "7998",
        ],
      ]
    `);
    const top = await query(
      session,
      "SELECT n_name, count(*) AS n FROM samples.tpch.customer JOIN samples.tpch.nation ON c_nationkey = n_nationkey GROUP BY ALL ORDER BY n DESC, n_name LIMIT 1",
    );
    expect(top.rows).toHaveLength(1);
  });

  it("a table that was created without SQL is empty, and its rows are deleted on request", async () => {
    const id = test.source.catalog("", "main")?.id ?? "";
    await test.source.createTable("", "main", "default", {
      id: "made-elsewhere",
      name: "elsewhere",
      tableType: "MANAGED",
      columns: [{ name: "a", typeText: "int", nullable: true }],
    });
    expect((await query(session, "SELECT * FROM elsewhere")).rows).toEqual([]);
    await query(session, "INSERT INTO elsewhere VALUES (1)");
    await test.source.drop("", "TABLE", ["main", "default", "elsewhere"]);
    await test.engine.tableDropped(id, "made-elsewhere");
    await expect(query(session, "SELECT * FROM elsewhere")).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    });
  });

  it("rows survive a restart of the engine", async () => {
    await query(session, "CREATE TABLE lasting AS SELECT 42 AS a");
    await test.engine.close();
    const options = {
      dir: join(test.dir, "sql"),
      volumesRoot: join(test.dir, "volumes"),
      source: test.source,
    };
    test.engine = await openSqlEngine(options);
    session = test.engine.openSession({ principal: "tester@example.com" });
    expect((await query(session, "SELECT * FROM lasting")).rows).toEqual([[42]]);
  });
});
