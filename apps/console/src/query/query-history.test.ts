import { expect, it } from "vitest";
import { historyOf } from "./query-history.ts";

const entry = {
  sql: "SELECT 1",
  parameters: {},
  startedAt: "2026-11-28T00:00:00.000Z",
  phase: "complete",
  elapsedMs: 1,
  rowCount: 1,
};

it.each([undefined, null, {}, "x", { length: 1 }])("%j is an empty history", (stored) => {
  expect(historyOf(stored)).toEqual([]);
});

it.each([null, {}, { ...entry, startedAt: "x" }, { ...entry, phase: "x" }, { ...entry, rowCount: "1" }])(
  "%j is left out of the history",
  (broken) => expect(historyOf([broken, entry])).toEqual([entry]),
);
