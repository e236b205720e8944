import { expect, test } from "vitest";
import { startForTest } from "../../test/under-test.ts";

test("a value of every type is exact text in JSON_ARRAY", async () => {
  const { call } = await startForTest();
  const cells: [sql: string, text: string | null][] = [
    ["CAST(NULL AS INT)", null],
    ["true", "true"],
    ["CAST(-128 AS TINYINT)", "-128"],
    ["-9223372036854775808", "-9223372036854775808"],
    [
      "CAST('-99999999999999999999.999999999999999999' AS DECIMAL(38,18))",
      "-99999999999999999999.999999999999999999",
    ],
    ["CAST('0.05' AS DECIMAL(3,2))", "0.05"],
    ["CAST('NaN' AS DOUBLE)", "NaN"],
    ["CAST('-Infinity' AS FLOAT)", "-Infinity"],
    ["CAST(1e10 AS DOUBLE)", "1.0E10"],
    ["DATE '1969-12-31'", "1969-12-31"],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", "1969-12-31T23:59:59.999999Z"],
    ["TIMESTAMP_NTZ '2024-02-29 01:02:03.5'", "2024-02-29T01:02:03.500"],
    ["X'00FF'", "AP8="],
    ["'\uFEFF\u{1F600} \"q\"'", '\uFEFF\u{1F600} "q"'],
    ["''", ""],
    ["array(1, NULL, 3)", '["1",null,"3"]'],
    ["map('k', 1.5BD)", '{"k":"1.5"}'],
    ["named_struct('a', 1, 'b', array(true), 'c', NULL)", '{"a":"1","b":["true"],"c":null}'],
    ["array(named_struct('d', DATE '2024-01-02'))", '[{"d":"2024-01-02"}]'],
  ];
  const { json } = await call("POST", "/api/2.0/sql/statements", {
    body: { statement: `SELECT ${cells.map(([sql]) => sql).join(", ")}`, warehouse_id: "a1b2c3d4e5f60718" },
  });
  expect(json.status).toEqual({ state: "SUCCEEDED" });
  const [row] = json.result.data_array;
  expect(cells.map(([sql], at) => [sql, row[at]])).toEqual(cells);
  expect(json.manifest.schema.columns[4]).toMatchObject({
    type_name: "DECIMAL",
    type_text: "DECIMAL(38,18)",
    type_precision: 38,
    type_scale: 18,
  });
});

test("booleans, texts and NULLs stay with their rows across batches and limits", async () => {
  const { call } = await startForTest();
  const { json } = await call("POST", "/api/2.0/sql/statements", {
    body: {
      statement:
        "SELECT id, id % 3 = 0 AS b, IF(id % 5 = 0, NULL, CAST(id AS STRING)) AS t, array(id) AS a FROM range(0, 12000) ORDER BY id",
      warehouse_id: "a1b2c3d4e5f60718",
      row_limit: 9_001,
    },
  });
  const rows = json.result.data_array as (string | null)[][];
  expect([rows.length, json.manifest.truncated]).toEqual([9_001, true]);
  for (const [at, row] of rows.entries()) {
    const expected = [String(at), String(at % 3 === 0), at % 5 === 0 ? null : String(at), `["${at}"]`];
    if (JSON.stringify(row) !== JSON.stringify(expected))
      throw new Error(`Row ${at} is ${JSON.stringify(row)}.`);
  }
});
