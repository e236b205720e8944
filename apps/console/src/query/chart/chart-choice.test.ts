import { type Data, DateDay, Float64, Int32, Int64, Utf8 } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { allRows, arrowColumn, recordBatch } from "../test/arrow-data.ts";
import { chartOf } from "./chart-choice.ts";
import { chartPoints } from "./chart-points.ts";
import { chartNote, chartSummary } from "./chart-words.ts";

const int = (...values: readonly (number | null)[]) => arrowColumn(new Int32(), values);
const text = (...values: readonly (string | null)[]) => arrowColumn(new Utf8(), values);
const day = (...values: readonly string[]) =>
  arrowColumn(
    new DateDay(),
    values.map((each) => new Date(each)),
  );
const shown = (columns: Readonly<Record<string, Data>>) => allRows(recordBatch(columns));

const hours = shown({
  weekday: text("Mon", "Mon", "Mon", "Tue", "Tue", "Tue"),
  hour: int(2, 1, 10, 1, 2, 10),
  trips: int(5, 9, 1, 7, 3, 2),
});

describe("chartOf", () => {
  it.each([
    [
      "a line over time",
      { n: int(1, 2), day: day("2024-01-01", "2024-01-02") },
      "line",
      "day",
      "n",
      undefined,
    ],
    [
      "a line for numbers that ascend",
      { miles: int(1, 2), trips: int(3, 1), fare: int(9, 8) },
      "line",
      "miles",
      "fare",
      undefined,
    ],
    ["a scatter for numbers that do not", { a: int(2, 1), b: int(3, 1) }, "scatter", "a", "b", undefined],
    ["bars for a text", { city: text("a", "b"), n: int(1, 2) }, "bar", "city", "n", undefined],
    [
      "one line for each text of a series over time",
      { day: day("2024-01-01", "2024-01-01", "2024-01-02"), kind: text("a", "b", "a"), n: int(1, 2, 3) },
      "line",
      "day",
      "n",
      "kind",
    ],
    ["a line over the rows for numbers alone", { n: int(3, 1) }, "line", undefined, "n", undefined],
    [
      "no id as what is measured",
      { total: int(3, 1), customer_id: int(7, 9) },
      "bar",
      "customer_id",
      "total",
      undefined,
    ],
    [
      "bars for few numbers that name a thing",
      { pickup_zip: int(10001, 10002, 10011), trips: int(9, 8, 7) },
      "bar",
      "pickup_zip",
      "trips",
      undefined,
    ],
    ["a line over years", { year: int(2001, 2002), trips: int(9, 8) }, "line", "year", "trips", undefined],
  ] as const)("suits a result: %s", (_title, columns, kind, x, y, by) => {
    expect(chartOf(shown(columns))).toEqual({ kind, x, y, by });
  });

  it("suits a number for each pair of two labels: a heat map, the longer one across", () => {
    expect(chartOf(hours)).toEqual({ kind: "heat", x: "hour", y: "trips", by: "weekday" });
  });

  it("keeps a choice whose columns are there, and no other", () => {
    const choice = { kind: "bar", x: "hour", y: "trips", by: "weekday" } as const;
    expect(chartOf(hours, choice)).toBe(choice);
    expect(chartOf(hours, { ...choice, by: "gone" })?.kind).toBe("heat");
    expect(chartOf(hours, { ...choice, y: "weekday" })?.kind).toBe("heat");
  });

  it("is undefined where there are no numbers", () => {
    expect(chartOf(shown({ a: text("x") }))).toBeUndefined();
  });
});

describe("chartPoints", () => {
  it("has the numbers of a map in their order, and its texts as they come", () => {
    const points = chartPoints(hours, { kind: "heat", x: "hour", y: "trips", by: "weekday" });
    expect(points.labels).toEqual(["1", "2", "10"]);
    expect(points.series.map(({ name, points }) => [name, points.map(({ x, y }) => [x, y])])).toEqual([
      [
        "Mon",
        [
          [1, 5],
          [0, 9],
          [2, 1],
        ],
      ],
      [
        "Tue",
        [
          [0, 7],
          [1, 3],
          [2, 2],
        ],
      ],
    ]);
  });

  it("leaves out rows without a number, and says so", () => {
    const rows = shown({ x: int(1, 2, null), y: int(4, null, 6) });
    const points = chartPoints(rows, { kind: "scatter", x: "x", y: "y", by: undefined });
    expect(points.series[0]?.points).toEqual([{ x: 1, y: 4, xText: "1", yText: "4" }]);
    expect(chartNote("scatter", points)).toBe("1 of 3 rows are drawn. 2 have no number.");
  });

  it("draws 10,000 of more rows, evenly spread from the first on, and says how many of how many", () => {
    const ids = arrowColumn(
      new Int64(),
      Array.from({ length: 25_000 }, (_, id) => BigInt(id)),
    );
    const points = chartPoints(shown({ id: ids }), { kind: "line", x: undefined, y: "id", by: undefined });
    const drawn = points.series[0]?.points ?? [];
    expect([drawn.length, drawn[0]?.y, drawn[1]?.y, drawn.at(-1)?.y]).toEqual([10_000, 0, 2, 24_997]);
    expect(chartNote("line", points)).toBe("10,000 of 25,000 rows are drawn, evenly spread.");
  });

  it("draws the first 500 bars and the first 8 series", () => {
    const names = Array.from({ length: 600 }, (_, row) => `n${row}`);
    const rows = shown({ name: text(...names), y: int(...names.keys()) });
    const bars = chartPoints(rows, { kind: "bar", x: "name", y: "y", by: undefined });
    expect(chartNote("bar", bars)).toBe("500 of 600 rows are drawn, the first ones.");
    const series = chartPoints(rows, { kind: "scatter", x: "y", y: "y", by: "name" });
    expect(series.series.length).toBe(8);
    expect(chartNote("scatter", series)).toBe("8 of 600 rows are drawn. The first 8 of 600 series.");
  });

  it("places a time where it reads, with or without a zone, and lines in the order of time", () => {
    const rows = shown({ day: day("2024-01-02", "2024-01-01"), y: arrowColumn(new Float64(), [1, 2]) });
    const points = chartPoints(rows, { kind: "line", x: "day", y: "y", by: undefined });
    expect(points.series[0]?.points.map(({ x, xText }) => [x, xText])).toEqual([
      [Date.UTC(2024, 0, 1), "2024-01-01"],
      [Date.UTC(2024, 0, 2), "2024-01-02"],
    ]);
  });
});

describe("chartSummary", () => {
  it("says what is drawn, and where it is lowest and highest", () => {
    const choice = { kind: "heat", x: "hour", y: "trips", by: "weekday" } as const;
    expect(chartSummary(choice, chartPoints(hours, choice))).toBe(
      "Heat map of trips by hour and weekday: 6 values. Lowest 1 at 10, Mon. Highest 9 at 1, Mon.",
    );
  });
});
