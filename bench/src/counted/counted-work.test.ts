import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { regressions } from "./compare.ts";
import { type Counts, countWork } from "./count-work.ts";

const baseline = JSON.parse(readFileSync(new URL("../../baseline.json", import.meta.url), "utf8")) as Record<
  string,
  Counts
>;

describe("the work for a request, counted", () => {
  it("is no more than in the baseline (./scripts/bench.sh --record-counts writes a new one)", {
    timeout: 60_000,
  }, async () => {
    expect(regressions(baseline, await countWork())).toEqual([]);
  });

  it("shows a body that is parsed once more than it has to be", { timeout: 60_000 }, async () => {
    const found = regressions(baseline, await countWork({ parseTwice: true }));
    expect(
      found.filter((line) => line.startsWith("20 KB of JSON, databricks-gateway: bytes of heap")),
    ).toHaveLength(1);
  });

  it.each([
    ["200 B of JSON", "upstream: requests", 1],
    ["200 B of JSON", "api: writes", 1],
    ["20 KB of JSON", "api: bytes written", 20_000],
    ["20 KB of JSON", "api: bytes of heap", 40_000],
  ])("shows for %s: %s + %i", (kind, name, more) => {
    const worse = { [kind]: { ...baseline[kind], [name]: (baseline[kind]?.[name] ?? 0) + more } };
    expect(regressions(baseline, worse)).toEqual([expect.stringContaining(`${kind}, ${name}`)]);
  });
});
