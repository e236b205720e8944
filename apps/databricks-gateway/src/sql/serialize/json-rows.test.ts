import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrow, type Columns, rowBatch, vector, words } from "../../../test/arrow-batch.ts";
import { describeColumns } from "./columns.ts";
import { jsonRows } from "./json-rows.ts";
import { decodeSchema } from "./row-batch.ts";

const exact = { numbersAsStrings: false, before: "", after: "\n" };

function lines(columns: Columns, options = exact): string[] {
  return Buffer.concat([...jsonRows(rowBatch(columns), options)])
    .toString("utf8")
    .split("\n")
    .slice(0, -1);
}

// A vector of any type: Arrow's types do not say what all of them share.
// oxlint-disable-next-line typescript/no-explicit-any
function cells(column: any, options = exact): string[] {
  return lines([["c", column]], options).map((line) => line.slice(1, -1));
}

function numbers(texts: readonly string[]): number[] {
  return texts.map((text) => Number(JSON.parse(text)));
}

const bigintMin = -(2n ** 63n);
const decimal = (precision: number, scale: number) => new arrow.Decimal(scale, precision, 128);
const timestamp = new arrow.TimestampMicrosecond("Etc/UTC");
const timestampNtz = new arrow.TimestampMicrosecond();

describe("a value as JSON", () => {
  it("is exact for integers of every width", () => {
    expect(cells(vector([-128, 127, null], new arrow.Int8()))).toEqual(["-128", "127", "null"]);
    expect(cells(vector([-32768, 32767], new arrow.Int16()))).toEqual(["-32768", "32767"]);
    expect(cells(vector([-2147483648, 2147483647, 0], new arrow.Int32()))).toEqual([
      "-2147483648",
      "2147483647",
      "0",
    ]);
  });

  it("is a string for a BIGINT that a JSON number would round, or for every BIGINT on request", () => {
    const column = words(
      [bigintMin, -(2n ** 53n), -(2n ** 53n) + 1n, 0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, null],
      new arrow.Int64(),
      64,
    );
    expect(cells(column)).toEqual([
      '"-9223372036854775808"',
      '"-9007199254740992"',
      "-9007199254740991",
      "0",
      "9007199254740991",
      '"9007199254740992"',
      '"9223372036854775807"',
      "null",
    ]);
    expect(cells(column, { ...exact, numbersAsStrings: true }).slice(2, 5)).toEqual([
      '"-9007199254740991"',
      '"0"',
      '"9007199254740991"',
    ]);
  });

  it("keeps every digit of a DECIMAL", () => {
    const largest = 10n ** 38n - 1n;
    expect(cells(words([largest, -largest, 0n, -1n, 1n, null], decimal(38, 18), 128))).toEqual([
      `"${"9".repeat(20)}.${"9".repeat(18)}"`,
      `"-${"9".repeat(20)}.${"9".repeat(18)}"`,
      `"0.${"0".repeat(18)}"`,
      `"-0.${"0".repeat(17)}1"`,
      `"0.${"0".repeat(17)}1"`,
      "null",
    ]);
    expect(cells(words([1250n, -5n, 100n], decimal(10, 2), 128))).toEqual(['"12.50"', '"-0.05"', '"1.00"']);
    expect(cells(words([largest, -42n, 2n ** 53n, 2n ** 64n], decimal(38, 0), 128))).toEqual([
      `"${largest}"`,
      "-42",
      '"9007199254740992"',
      '"18446744073709551616"',
    ]);
    expect(cells(words([-42n], decimal(38, 0), 128), { ...exact, numbersAsStrings: true })).toEqual([
      '"-42"',
    ]);
  });

  it("has the shortest digits of a DOUBLE or FLOAT, and is a string for NaN and infinities", () => {
    const doubles = [0.1, -0, 5e-324, 1.7976931348623157e308, Number.NaN, Infinity, -Infinity, 3];
    expect(cells(vector(doubles, new arrow.Float64()))).toEqual([
      "0.1",
      "-0.0",
      "5e-324",
      "1.7976931348623157e+308",
      '"NaN"',
      '"Infinity"',
      '"-Infinity"',
      "3",
    ]);
    const floats = [0.1, 3.4028234663852886e38, 1.401298464324817e-45, -0, Number.NaN, 16_777_216];
    expect(cells(vector(floats, new arrow.Float32()))).toEqual([
      "0.1",
      "3.4028235e+38",
      "1e-45",
      "-0.0",
      '"NaN"',
      "16777216",
    ]);
  });

  it("has microseconds for a TIMESTAMP, also before 1970, and a Z only for an instant", () => {
    const micros = [
      0n,
      -1n,
      1_700_000_000_123_456n,
      -62_135_596_800_000_000n,
      253_402_300_799_999_999n,
      null,
    ];
    const texts = [
      "1970-01-01T00:00:00.000000",
      "1969-12-31T23:59:59.999999",
      "2023-11-14T22:13:20.123456",
      "0001-01-01T00:00:00.000000",
      "9999-12-31T23:59:59.999999",
    ];
    expect(cells(words(micros, timestamp, 64))).toEqual([...texts.map((text) => `"${text}Z"`), "null"]);
    expect(cells(words(micros, timestampNtz, 64))).toEqual([...texts.map((text) => `"${text}"`), "null"]);
    // The ends of 64 bits.
    expect(cells(words([bigintMin, 2n ** 63n - 1n], timestamp, 64))).toEqual([
      '"-290308-12-21T19:59:05.224192Z"',
      '"+294247-01-10T04:00:54.775807Z"',
    ]);
    expect(cells(words([-1n], new arrow.TimestampNanosecond("UTC"), 64))).toEqual([
      '"1969-12-31T23:59:59.999999999Z"',
    ]);
    expect(cells(words([-1n], new arrow.TimestampSecond(), 64))).toEqual(['"1969-12-31T23:59:59.000000"']);
  });

  it("is a day for a DATE of any year", () => {
    const days = vector([], new arrow.DateDay());
    const column = arrow.makeVector(
      arrow.makeData({
        type: days.type,
        length: 6,
        nullCount: 0,
        data: Int32Array.of(0, -1, -719_162, 2_932_896, 11_016, 2_932_897),
      }),
    );
    expect(cells(column)).toEqual([
      '"1970-01-01"',
      '"1969-12-31"',
      '"0001-01-01"',
      '"9999-12-31"',
      '"2000-02-29"',
      '"+010000-01-01"',
    ]);
  });

  it("is the same text after JSON.parse, with any characters", () => {
    const texts = [
      "",
      "a",
      '"\\/',
      "\uFEFFbom",
      "\u0000\u0001\u001f\b\f\n\r\t",
      "😀 𝔘𝔫𝔦 é",
      "\u2028\u2029\u007f",
      null,
    ];
    expect(cells(vector(texts, new arrow.Utf8())).map((cell) => JSON.parse(cell))).toEqual(texts);
  });

  it("is valid JSON for bytes that are not UTF-8", () => {
    const short = Uint8Array.of(0x61, 0xff, 0xf0, 0x9f, 0x98, 0x80, 0x62);
    let bytes = short;
    const column = (offsets: number[]) =>
      arrow.makeVector(
        arrow.makeData({
          type: new arrow.Utf8(),
          length: offsets.length - 1,
          nullCount: 0,
          valueOffsets: Int32Array.from(offsets),
          data: bytes,
        }),
      );
    expect(cells(column([0, 2, 6, 7]))).toEqual(['"a\uFFFD"', '"😀"', '"b"']);
    // A long value is repaired in parts; no character is cut by that.
    const long = Buffer.concat([Buffer.from("é€😀".repeat(30_000)), Uint8Array.of(0xff)]);
    bytes = new Uint8Array(long);
    expect(cells(column([0, long.length]))).toEqual([`"${"é€😀".repeat(30_000)}\uFFFD"`]);
    bytes = short;
    // All of it is valid, each value alone is not.
    expect(cells(column([2, 4, 6])).map((cell) => cell.includes("\uFFFD"))).toEqual([true, true]);
  });

  it("is base64 for BINARY", () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const column = vector([every, new Uint8Array(), null], new arrow.Binary());
    expect(cells(column)).toEqual([`"${Buffer.from(every).toString("base64")}"`, '""', "null"]);
  });

  it("is an array for ARRAY, an object for STRUCT, and an array of key-value objects for MAP", () => {
    const int = new arrow.Int32();
    const list = new arrow.List(new arrow.Field("element", int, true));
    expect(cells(vector([[1, null, 3], [], null], list))).toEqual(["[1,null,3]", "[]", "null"]);
    const struct = new arrow.Struct([
      new arrow.Field('a"b', int, true),
      new arrow.Field("items", list, true),
    ]);
    expect(cells(vector([{ 'a"b': 1, items: [2] }, { 'a"b': null, items: null }, null], struct))).toEqual([
      '{"a\\"b":1,"items":[2]}',
      '{"a\\"b":null,"items":null}',
      "null",
    ]);
    const map = new arrow.Map_(
      new arrow.Field(
        "entries",
        new arrow.Struct([
          new arrow.Field("key", new arrow.Utf8(), false),
          new arrow.Field("value", int, true),
        ]),
        false,
      ),
    );
    expect(
      cells(
        vector(
          [
            new Map([
              ["x", 1],
              ["y", null],
            ] as [string, unknown][]),
            new Map(),
            null,
          ],
          map,
        ),
      ),
    ).toEqual(['[{"key":"x","value":1},{"key":"y","value":null}]', "[]", "null"]);
  });

  it("is true, false or null", () => {
    expect(cells(vector([true, null, false], new arrow.Bool()))).toEqual(["true", "null", "false"]);
    expect(cells(vector([null, null], new arrow.Null()))).toEqual(["null", "null"]);
  });
});

describe("rows", () => {
  it("have a value for each column, even if two have the same name", () => {
    const columns: Columns = [
      ["id", vector([1, 2], new arrow.Int32())],
      ["id", vector(["a", "b"], new arrow.Utf8())],
    ];
    expect(lines(columns)).toEqual(['[1,"a"]', '[2,"b"]']);
  });

  it("end after the rows that belong to the result", () => {
    const batch = { ...rowBatch([["c", vector([1, 2, 3], new arrow.Int32())]]), rowCount: 2 };
    expect(Buffer.concat([...jsonRows(batch, exact)]).toString()).toBe("[1]\n[2]\n");
  });

  it("come in pieces, so that the event loop gets a turn", () => {
    const text = "x".repeat(1000);
    const batch = rowBatch([
      [
        "c",
        vector(
          Array.from({ length: 1000 }, () => text),
          new arrow.Utf8(),
        ),
      ],
    ]);
    const pieces = [...jsonRows(batch, exact)];
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(100_000);
    expect(Buffer.concat(pieces).toString()).toBe(`["${text}"]\n`.repeat(1000));
  });
});

describe("any value", () => {
  const run = { numRuns: 300 };

  it("of a BIGINT is the same when it is read back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.bigInt({ min: bigintMin, max: -bigintMin - 1n })), { minLength: 1 }),
        (values) => {
          const read = cells(words(values, new arrow.Int64(), 64)).map((cell) => JSON.parse(cell) as unknown);
          expect(read.map((each) => (each === null ? null : BigInt(each as string)))).toEqual(values);
        },
      ),
      run,
    );
  });

  it("of a DECIMAL is the same when it is read back", () => {
    const unscaled = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    const anySize = fc.oneof(unscaled, fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }));
    fc.assert(
      fc.property(fc.array(anySize, { minLength: 1 }), fc.integer({ min: 0, max: 38 }), (values, scale) => {
        const read = cells(words(values, decimal(38, scale), 128)).map((cell) => String(JSON.parse(cell)));
        for (const text of read) expect(text).toMatch(scale === 0 ? /^-?\d+$/ : /^-?\d+\.\d+$/);
        expect(read.map((text) => BigInt(text.replace(".", "")))).toEqual(values);
      }),
      run,
    );
  });

  it("of a STRING is the same when it is read back", () => {
    const characters = fc.array(fc.nat({ max: 0x10ffff }), { maxLength: 50 });
    const text = characters.map((codes) => String.fromCodePoint(...codes));
    fc.assert(
      fc.property(fc.array(fc.option(text), { minLength: 1 }), (values) => {
        const wellFormed = values.map((value) => value?.toWellFormed() ?? null);
        const read = cells(vector(wellFormed, new arrow.Utf8())).map((cell) => JSON.parse(cell) as unknown);
        expect(read).toEqual(wellFormed);
      }),
      run,
    );
  });

  it("of a DOUBLE and a FLOAT is the same when it is read back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 1 }),
        fc.array(fc.float(), { minLength: 1 }),
        (doubles, floats) => {
          expect(numbers(cells(vector(doubles, new arrow.Float64())))).toEqual(doubles);
          expect(numbers(cells(vector(floats, new arrow.Float32()))).map(Math.fround)).toEqual(floats);
        },
      ),
      run,
    );
  });

  it("of a TIMESTAMP agrees with JavaScript's own dates", () => {
    const date = fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 999 }), (day, micros) => {
        const value = BigInt(day.getTime()) * 1000n + BigInt(micros);
        const expected = day.toISOString().replace("Z", `${String(micros).padStart(3, "0")}Z`);
        expect(cells(words([value], timestamp, 64))).toEqual([`"${expected}"`]);
      }),
      run,
    );
  });
});

describe("a long text", () => {
  it("comes complete, in pieces that block the event loop only for a moment", () => {
    const texts = ["short", 'é"\u0001'.repeat(200_000), null, "x".repeat(1_000_000), "", "end"];
    const batch = rowBatch([
      ["t", vector(texts, new arrow.Utf8())],
      ["n", vector([1, 2, 3, 4, 5, 6], new arrow.Int32())],
    ]);
    const pieces = [...jsonRows(batch, exact)];
    const rows = Buffer.concat(pieces).toString().trim().split("\n");
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(texts.map((text, row) => [text, row + 1]));
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(512 * 1024);
  });
});

describe("the columns", () => {
  it("have the SQL type that Databricks names, or else the one that matches the Arrow type", () => {
    const fields = [
      new arrow.Field("v", new arrow.Utf8(), true, new Map([["Spark:DataType:SqlName", "VARIANT"]])),
      new arrow.Field("d", decimal(10, 2), false),
      new arrow.Field("t", timestampNtz, true),
      new arrow.Field(
        "n",
        new arrow.List(
          new arrow.Field(
            "element",
            new arrow.Struct([
              new arrow.Field("x", new arrow.Int64(), true),
              new arrow.Field("y", timestamp, true),
            ]),
            true,
          ),
        ),
        true,
      ),
      new arrow.Field("f", new arrow.Float32(), true),
      new arrow.Field(
        "",
        new arrow.Struct([new arrow.Field("orderId", new arrow.Int32(), true)]),
        true,
        new Map([["Spark:DataType:SqlName", "STRUCT<orderId: INT>"]]),
      ),
    ];
    const stream = arrow.tableToIPC(new arrow.Table(new arrow.Schema(fields)), "stream");
    expect(describeColumns(decodeSchema(stream))).toEqual([
      { name: "v", type: "VARIANT", type_text: "VARIANT", nullable: true, position: 0 },
      { name: "d", type: "DECIMAL", type_text: "DECIMAL(10,2)", nullable: false, position: 1 },
      { name: "t", type: "TIMESTAMP_NTZ", type_text: "TIMESTAMP_NTZ", nullable: true, position: 2 },
      {
        name: "n",
        type: "ARRAY",
        type_text: "ARRAY<STRUCT<x: BIGINT, y: TIMESTAMP>>",
        nullable: true,
        position: 3,
      },
      { name: "f", type: "FLOAT", type_text: "FLOAT", nullable: true, position: 4 },
      { name: "", type: "STRUCT", type_text: "STRUCT<orderId: INT>", nullable: true, position: 5 },
    ]);
  });
});
