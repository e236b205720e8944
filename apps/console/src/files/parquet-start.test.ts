import { describe, expect, it } from "vitest";
import { parquetOf } from "../../test/parquet-of.ts";
import { readParquetStart } from "./parquet-start.ts";

const rowsMax = 100;

async function read(sql: string, options = "") {
  const bytes = await parquetOf(sql, options);
  const ranges: number[] = [];
  const slice = async (start: number, end = bytes.length) => {
    ranges.push(end - start);
    return new Uint8Array(bytes.subarray(start, end)).buffer;
  };
  return { ...(await readParquetStart({ byteLength: bytes.length, slice }, rowsMax)), bytes, ranges };
}

describe("the start of a Parquet file", () => {
  it("has exact values: every digit of a DECIMAL, a BIGINT and a TIMESTAMP", async () => {
    const { columns, rows } = await read(`SELECT
      9007199254740993::BIGINT AS big, 12345678901234567890.12::DECIMAL(22,2) AS wide, -0.05::DECIMAL(9,2) AS small,
      TIMESTAMP '1969-12-31 23:59:59.000001' AS at, DATE '2026-01-02' AS day, 0.1::FLOAT AS float,
      'NaN'::DOUBLE AS nan, 'ü'::VARCHAR AS text, '\\xAB\\x01'::BLOB AS blob, NULL::INT AS missing, true AS yes,
      {'a': 9007199254740993::BIGINT} AS nested`);
    expect(rows).toEqual([
      [
        "9007199254740993",
        "12345678901234567890.12",
        "-0.05",
        "1969-12-31 23:59:59.000001",
        "2026-01-02",
        0.1,
        "NaN",
        "ü",
        "ab01",
        null,
        true,
        '{"a":"9007199254740993"}',
      ],
    ]);
    expect(columns.map(({ type }) => type)).toEqual([
      "BIGINT",
      "DECIMAL(22,2)",
      "DECIMAL(9,2)",
      "TIMESTAMP",
      "DATE",
      "FLOAT",
      "DOUBLE",
      "STRING",
      "BINARY",
      "INT",
      "BOOLEAN",
      "STRUCT",
    ]);
  });

  it("says that a DECIMAL within a nested value may be rounded", async () => {
    expect((await read("SELECT [1.5::DECIMAL(9,2)] AS list")).isRounded).toBe(true);
    expect((await read("SELECT 1.5::DECIMAL(9,2) AS plain")).isRounded).toBe(false);
  });

  it.each(["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"])(
    "is read from %s",
    async (codec) => {
      const found = await read(
        "SELECT i, 'a' || i % 5 AS text FROM range(0, 1000) t(i)",
        `, COMPRESSION ${codec}`,
      );
      expect([found.rowCount, found.rows.length, found.rows[99]]).toEqual([1000, rowsMax, ["99", "a4"]]);
    },
  );

  it("is read from the parts of the file that hold it, and not from all of the file", async () => {
    const { bytes, ranges } = await read(
      "SELECT i, md5(i::VARCHAR) AS hash FROM range(0, 200000) t(i)",
      ", COMPRESSION uncompressed, ROW_GROUP_SIZE 20480",
    );
    expect(bytes.length).toBeGreaterThan(7_000_000);
    expect(ranges.reduce((sum, range) => sum + range, 0)).toBeLessThan(2_000_000);
  });

  it("has the first 200 columns of a file with more of them", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `${index} AS c${index}`).join(", ");
    const { columns, shown, rows } = await read(`SELECT ${many}`);
    expect([columns.length, shown.length, rows[0]?.length]).toEqual([300, 200, 200]);
  });

  it("leaves out a column that is small packed and large unpacked", async () => {
    const { bytes, shown, rows } = await read(
      "SELECT i, repeat('x', 3000000) || i AS wide FROM range(0, 40) t(i)",
      ", COMPRESSION zstd",
    );
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(shown.map(({ name }) => name)).toEqual(["i"]);
    expect(rows[39]).toEqual(["39"]);
  });

  it("of a file without rows is its schema", async () => {
    expect(await read("SELECT 1 AS a WHERE false")).toMatchObject({
      rows: [],
      rowCount: 0,
      columns: [{ name: "a" }],
    });
  });
});
