import { describe, expect, it } from "vitest";
import { tablesOf } from "./tables-of.ts";

describe("tablesOf", () => {
  it.each([
    ["SELECT * FROM samples.nyctaxi.trips", [{ path: ["samples", "nyctaxi", "trips"], alias: undefined }]],
    [
      "SELECT * FROM a.t AS x JOIN b y ON x.i = y.i",
      [
        { path: ["a", "t"], alias: "x" },
        { path: ["b"], alias: "y" },
      ],
    ],
    ["SELECT * FROM `my-cat`.s.`t 1` WHERE a", [{ path: ["my-cat", "s", "t 1"], alias: undefined }]],
    ["SELECT ' FROM x ' -- FROM y", []],
    ["INSERT INTO t VALUES (1)", [{ path: ["t"], alias: undefined }]],
  ])("%s names %j", (sql, tables) => {
    expect(tablesOf(sql)).toEqual(tables);
  });
});
