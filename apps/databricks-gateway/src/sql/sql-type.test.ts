import { expect, test } from "vitest";
import { sqlTypeOf, unityCatalogType } from "./sql-type.ts";

test.each([
  ["decimal(10,2)", "DECIMAL", "DECIMAL(10,2)"],
  ["bigint", "BIGINT", "BIGINT"],
  ["array<map<string,int>>", "ARRAY", "ARRAY<MAP<STRING,INT>>"],
  ["struct<orderId:int>", "STRUCT", "struct<orderId:int>"],
  ["timestamp_ntz", "TIMESTAMP_NTZ", "TIMESTAMP_NTZ"],
  ["interval day to second", "INTERVAL DAY TO SECOND", "INTERVAL DAY TO SECOND"],
  ["string collate utf8_lcase", "STRING", "STRING COLLATE UTF8_LCASE"],
  ["VARCHAR(10)", "VARCHAR", "VARCHAR(10)"],
  ["", "", ""],
])("%j is the type %s, written %s", (text, type, type_text) => {
  expect(sqlTypeOf(text)).toEqual({ type, type_text });
});

test.each<[unknown, unknown, object]>([
  ["LONG", "bigint", { type: "BIGINT", type_text: "BIGINT" }],
  ["LONG", undefined, { type: "BIGINT" }],
  ["BYTE", null, { type: "TINYINT", type_text: null }],
  ["SOMETHING_NEW", "", { type: "SOMETHING_NEW", type_text: "" }],
  [7, ["x"], { type: 7, type_text: ["x"] }],
])("Unity Catalog's type_name %j and type_text %j become %j", (name, text, expected) => {
  expect(unityCatalogType(name, text)).toEqual(expected);
});
