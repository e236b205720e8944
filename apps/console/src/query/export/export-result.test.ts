import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_ as MapType,
  makeData,
  Null,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allRows, arrowColumn as column, decimalWords, recordBatch } from "../test/arrow-data.ts";
import { exportFormats, exportResult } from "./export-result.ts";

const [csv, json, parquet] = exportFormats;

async function saved(columns: Readonly<Record<string, Data>>): Promise<Blob> {
  const shown = allRows(recordBatch(columns));
  return exportResult(parquet, shown, shown.count);
}

describe("exportResult", () => {
  const shown = allRows(
    recordBatch({ n: column(new Int64(), [2n ** 60n, 1n]), "a,b": column(new Utf8(), ['say "hi"', null]) }),
    recordBatch({ n: column(new Int64(), [3n]), "a,b": column(new Utf8(), [""]) }),
  );

  it("writes CSV in which NULL and an empty text differ", async () => {
    const text = await (await exportResult(csv, shown, 3)).text();
    expect(text).toBe('n,"a,b"\r\n1152921504606846976,"say ""hi"""\r\n1,\r\n3,""\r\n');
  });

  it("writes JSON with every digit, of the rows that are shown in their order", async () => {
    const some = { ...shown, count: 2, order: Uint32Array.of(2, 0) };
    const text = await (await exportResult(json, some, 3)).text();
    expect(JSON.parse(text)).toEqual([
      { n: 3, "a,b": "" },
      { n: "1152921504606846976", "a,b": 'say "hi"' },
    ]);
  });
});

describe("a Parquet file, read by DuckDB", () => {
  let folder: string;
  let duckdb: DuckDBInstance;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "front-door-parquet-"));
    duckdb = await DuckDBInstance.create(":memory:");
  });
  afterAll(async () => {
    duckdb.closeSync();
    await rm(folder, { recursive: true });
  });

  /** What a query finds in the file `f`, as texts that DuckDB writes. */
  async function read(blob: Blob, query: string): Promise<string[][]> {
    const file = join(folder, `${crypto.randomUUID()}.parquet`);
    await writeFile(file, await blob.bytes());
    const connection = await duckdb.connect();
    const reader = await connection.runAndReadAll(query.replaceAll("$file", `'${file}'`));
    connection.closeSync();
    return reader.getRowsJson().map((row) => row.map(String));
  }

  const values = async (type: DataType, all: readonly unknown[]) => {
    const rows = await read(await saved({ x: column(type, all) }), "SELECT typeof(x), x::VARCHAR FROM $file");
    return [rows[0]?.[0], ...rows.map(([, value]) => value)];
  };

  const digits = 12_345_678_901_234_567_890_123_456_789_012_345_678n;

  it.each<[string, DataType, readonly unknown[], readonly string[]]>([
    ["BOOLEAN", new Bool(), [true, null, false], ["true", "null", "false"]],
    ["TINYINT", new Int8(), [-128, null], ["-128", "null"]],
    ["SMALLINT", new Int16(), [32_767], ["32767"]],
    ["INTEGER", new Int32(), [-(2 ** 31), null], ["-2147483648", "null"]],
    [
      "BIGINT",
      new Int64(),
      [2n ** 53n + 1n, -(2n ** 63n), null],
      ["9007199254740993", "-9223372036854775808", "null"],
    ],
    ["FLOAT", new Float32(), [0.1, Number.NaN], ["0.1", "nan"]],
    ["DOUBLE", new Float64(), [0.1, Number.NEGATIVE_INFINITY, null], ["0.1", "-inf", "null"]],
    ["DECIMAL(9,2)", new Decimal(2, 9), [decimalWords(-1250n), null], ["-12.50", "null"]],
    ["DECIMAL(18,3)", new Decimal(3, 18), [decimalWords(10n ** 17n + 1n)], ["100000000000000.001"]],
    [
      "DECIMAL(38,5)",
      new Decimal(5, 38),
      [digits, -digits, 0n].map(decimalWords),
      ["123456789012345678901234567890123.45678", "-123456789012345678901234567890123.45678", "0.00000"],
    ],
    ["VARCHAR", new Utf8(), ["", "é'\n", null], ["", "é'\n", "null"]],
    ["BLOB", new Binary(), [Uint8Array.of(0, 255), null], [String.raw`\x00\xFF`, "null"]],
    ["DATE", new DateDay(), [new Date("1969-12-31"), null], ["1969-12-31", "null"]],
  ])("has the exact values of %s", async (name, type, all, expected) => {
    expect(await values(type, all)).toEqual([name, ...expected]);
  });

  it("has the byte order mark that a text begins with", async () => {
    const file = await saved({ x: column(new Utf8(), ["\u{feff}a"]) });
    expect(await read(file, "SELECT hex(x) FROM $file")).toEqual([["EFBBBF61"]]);
  });

  it("has every microsecond of a TIMESTAMP, and knows whether it has a zone", async () => {
    const ticks = BigInt64Array.of(1_451_606_400_000_001n, -1n);
    const times = (timezone?: string) => {
      const type = new TimestampMicrosecond(timezone);
      return makeData({ type, length: 2, nullCount: 0, data: ticks });
    };
    const file = await saved({ zoned: times("UTC"), plain: times() });
    expect(
      await read(file, "SELECT typeof(zoned), typeof(plain), epoch_us(zoned), plain::VARCHAR FROM $file"),
    ).toEqual([
      ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "1451606400000001", "2016-01-01 00:00:00.000001"],
      ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "-1", "1969-12-31 23:59:59.999999"],
    ]);
  });

  it("has nested values, with what is empty and what is NULL in them", async () => {
    const item = new Struct([
      new Field("price", new Decimal(2, 20), true),
      new Field("tags", new List(new Field("element", new Utf8(), true)), true),
    ]);
    const items = new List(new Field("element", item, true));
    const map = new MapType(
      new Field(
        "entries",
        new Struct([new Field("key", new Utf8()), new Field("value", new Int64(), true)]),
      ) as never,
    );
    const file = await saved({
      items: column(items, [
        [{ price: decimalWords(5n), tags: ["a", null] }, null, { price: null, tags: [] }],
        [],
        null,
        [{ price: decimalWords(10n ** 19n), tags: null }],
      ]),
      map: column(map, [new Map([["k", 2n ** 53n + 1n]]), new Map([["n", null]]), new Map(), null]),
    });
    expect(await read(file, "SELECT items::VARCHAR, map::VARCHAR FROM $file")).toEqual([
      ["[{'price': 0.05, 'tags': [a, NULL]}, NULL, {'price': NULL, 'tags': []}]", "{k=9007199254740993}"],
      ["[]", "{n=NULL}"],
      ["null", "{}"],
      ["[{'price': 100000000000000000.00, 'tags': NULL}]", "null"],
    ]);
  });

  it("has a column of NULLs alone, two of one name, and none that a dot divides", async () => {
    const shown = allRows(recordBatch({ "a.b": column(new Int32(), [1]), n: column(new Null(), [null]) }));
    shown.rows.columns = [
      { name: "a.b", type: "INT" },
      { name: "a.b", type: "VOID" },
    ];
    const file = await exportResult(parquet, shown, 1);
    expect(await read(file, `SELECT "a.b", "a.b_2" FROM $file`)).toEqual([["1", "null"]]);
  });

  it("has the rows that are shown in their order, in groups, and none of a result without rows", async () => {
    const count = 250_000;
    const batches = [0, 1].map((half) =>
      recordBatch({
        id: column(
          new Int32(),
          Array.from({ length: count / 2 }, (_, row) => half * (count / 2) + row),
        ),
      }),
    );
    const order = Uint32Array.from({ length: count - 1 }, (_, place) => count - 1 - place);
    const file = await exportResult(parquet, { ...allRows(...batches), count: order.length, order }, count);
    const query = `SELECT count(*), min(id), max(id), arg_min(id, file_row_number), arg_max(id, file_row_number)
      FROM read_parquet($file, file_row_number = true)`;
    expect(await read(file, query)).toEqual([[count - 1, 1, count - 1, count - 1, 1].map(String)]);
    const empty = await saved({ id: column(new Int32(), []) });
    expect(await read(empty, "SELECT count(*) FROM $file")).toEqual([["0"]]);
  });
});
